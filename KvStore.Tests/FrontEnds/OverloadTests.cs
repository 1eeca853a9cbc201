using System.Net;
using KvStore.Node;
using KvStore.Tests.FrontEnds.Http;
using Xunit;

namespace KvStore.Tests.FrontEnds;

public sealed class OverloadTests
{
    private const int CallersAtOnce = 64;
    private const int BurstsMax = 1000;

    [Fact]
    public async Task More_requests_than_are_admitted_are_told_to_come_again()
    {
        await using RunningNode node = await RunningNode.StartAsync(new NodeOptions { OperationsMax = 1 });
        for (int burst = 0; burst < BurstsMax; burst++)
        {
            HttpResponseMessage[] answers = await Task.WhenAll(
                Enumerable.Range(0, CallersAtOnce).Select(caller => node.SendAsync(HttpMethod.Put, $"/kv/{caller}", [1])));
            if (Array.Find(answers, answer => answer.StatusCode != HttpStatusCode.NoContent) is { } refused)
            {
                Assert.Equal(new HttpAnswer(HttpStatusCode.TooManyRequests, "overloaded", "not-applied"), await HttpAnswer.ReadAsync(refused));
                Assert.Equal(TimeSpan.FromSeconds(1), refused.Headers.RetryAfter!.Delta);
                return;
            }
        }

        Assert.Fail($"{BurstsMax} bursts of {CallersAtOnce} puts at once should have met a member that admits one");
    }
}
