using KvStore.Client;
using KvStore.Tests.FrontEnds;
using Xunit;

namespace KvStore.Tests.Client;

/// <summary>Appends, and writes that answer what they replaced, against a real member.</summary>
public sealed class KvClientReplacingTests(SharedNode shared) : IClassFixture<SharedNode>
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Appends_tell_the_length_until_there_is_no_room()
    {
        using KvClient client = Client();
        byte[] half = new byte[SharedNode.ValueBytesMax / 2];
        AppendResult first = await client.AppendAsync("client-log", half, cancellationToken: Cancel);
        AppendResult second = await client.AppendAsync("client-log", half, KvCondition.VersionIs(first.Version!), cancellationToken: Cancel);
        AppendResult stale = await client.AppendAsync("client-log", half, KvCondition.VersionIs(first.Version!), cancellationToken: Cancel);
        KvException full = await Assert.ThrowsAsync<KvException>(() => client.AppendAsync("client-log", half, cancellationToken: Cancel));

        Assert.Equal((true, (long)half.Length), (first.Applied, first.ValueLength));
        Assert.Equal((true, half.Length * 2L), (second.Applied, second.ValueLength));
        Assert.Equal(new AppendResult(Applied: false, 0, second.Version), stale);
        Assert.Equal(("value-too-large", KvOutcome.NotApplied), (full.ErrorType, full.Outcome));
    }

    [Fact]
    public async Task A_get_and_set_answers_what_it_replaced_with_version_and_expiry()
    {
        using KvClient client = Client();
        ReplaceResult first = await client.GetAndSetAsync("client-swap", "one"u8.ToArray(), TimeSpan.FromHours(1), cancellationToken: Cancel);
        KvValue? one = await client.GetAsync("client-swap", cancellationToken: Cancel);
        ReplaceResult second = await client.GetAndSetAsync("client-swap", "two"u8.ToArray(), cancellationToken: Cancel);
        ReplaceResult refused = await client.GetAndSetAsync("client-swap", "three"u8.ToArray(), condition: KvCondition.Absent, cancellationToken: Cancel);

        Assert.Equal((true, null), (first.Applied, first.Previous));
        Assert.NotNull(one!.ExpiresAt);
        Assert.Equal((true, one), (second.Applied, second.Previous));
        Assert.Equal(new ReplaceResult(Applied: false, Previous: null, second.Version), refused);
    }

    [Fact]
    public async Task A_get_and_delete_answers_what_it_removed()
    {
        using KvClient client = Client();
        PutResult put = await client.PutAsync("client-take", "it", cancellationToken: Cancel);
        ReplaceResult taken = await client.GetAndDeleteAsync("client-take", cancellationToken: Cancel);
        ReplaceResult never = await client.GetAndDeleteAsync("client-take-never", cancellationToken: Cancel);

        Assert.Equal((true, new KvValue("it"u8.ToArray(), put.Version!, ExpiresAt: null)), (taken.Applied, taken.Previous));
        Assert.Equal(new ReplaceResult(Applied: true, Previous: null, Version: null), never);
        Assert.Null(await client.GetAsync("client-take", cancellationToken: Cancel));
    }

    private KvClient Client() => new(new Uri($"http://{shared.Node.GrpcEndPoint}"));
}
