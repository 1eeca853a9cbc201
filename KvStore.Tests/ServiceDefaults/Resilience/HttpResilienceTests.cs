using System.Net;
using System.Net.Http.Headers;
using KvStore.ServiceDefaults.Resilience;
using Xunit;

namespace KvStore.Tests.ServiceDefaults.Resilience;

public sealed class HttpResilienceTests
{
    private readonly ManualTime _time = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public static TheoryData<string> Changing => ["PUT", "POST", "DELETE", "PATCH"];

    public static TheoryData<string> Reading => ["GET", "HEAD", "OPTIONS"];

    [Theory]
    [MemberData(nameof(Reading))]
    public async Task A_read_is_tried_again_a_bounded_number_of_times(string method)
    {
        var server = new Server(_ => Answer(HttpStatusCode.ServiceUnavailable));

        var response = await SendAsync(server, method);

        Assert.Equal(HttpStatusCode.ServiceUnavailable, response.StatusCode);
        Assert.Equal(1 + HttpResilience.RetriesMax, server.Attempts);
        Assert.InRange(_time.Elapsed, TimeSpan.FromTicks(1), HttpResilience.TotalTimeout);
    }

    [Theory]
    [MemberData(nameof(Changing))]
    public async Task A_change_is_never_repeated(string method)
    {
        var refusing = new Server(_ => Answer(HttpStatusCode.ServiceUnavailable));
        var unreachable = new Server(_ => throw new HttpRequestException("refused"));

        Assert.Equal(HttpStatusCode.ServiceUnavailable, (await SendAsync(refusing, method)).StatusCode);
        await Assert.ThrowsAsync<HttpRequestException>(() => SendAsync(unreachable, method));

        Assert.Equal((1, 1), (refusing.Attempts, unreachable.Attempts));
    }

    [Theory]
    [InlineData(HttpStatusCode.OK)]
    [InlineData(HttpStatusCode.NotFound)]
    [InlineData(HttpStatusCode.Conflict)]
    [InlineData(HttpStatusCode.InternalServerError)]
    [InlineData(HttpStatusCode.InsufficientStorage)]
    public async Task An_answer_that_will_not_change_is_not_asked_for_again(HttpStatusCode status)
    {
        var server = new Server(_ => Answer(status));

        Assert.Equal(status, (await SendAsync(server, "GET")).StatusCode);

        Assert.Equal(1, server.Attempts);
    }

    [Fact]
    public async Task A_read_succeeds_as_soon_as_an_attempt_does_and_drops_the_answers_before()
    {
        var refused = new DisposalContent();
        var server = new Server(attempt => attempt switch
        {
            1 => throw new HttpRequestException("refused"),
            2 => Task.FromResult(new HttpResponseMessage(HttpStatusCode.BadGateway) { Content = refused }),
            _ => Answer(HttpStatusCode.OK),
        });

        Assert.Equal(HttpStatusCode.OK, (await SendAsync(server, "GET")).StatusCode);

        Assert.Equal((3, true), (server.Attempts, refused.IsDisposed));
    }

    [Theory]
    [InlineData(2, 2)]
    [InlineData(3600, 5)]
    public async Task The_server_may_ask_for_patience_up_to_a_bound(int asked, int waited)
    {
        var server = new Server(attempt =>
        {
            var answer = new HttpResponseMessage(attempt == 1 ? HttpStatusCode.TooManyRequests : HttpStatusCode.OK);
            answer.Headers.RetryAfter = new RetryConditionHeaderValue(TimeSpan.FromSeconds(asked));
            return Task.FromResult(answer);
        });

        Assert.Equal(HttpStatusCode.OK, (await SendAsync(server, "GET")).StatusCode);

        Assert.Equal(TimeSpan.FromSeconds(waited), _time.Elapsed);
    }

    [Fact]
    public async Task A_server_that_never_answers_costs_the_total_timeout_and_no_more()
    {
        var server = new Server(_ => null);

        var failure = await Assert.ThrowsAsync<TaskCanceledException>(() => SendAsync(server, "GET"));

        Assert.IsType<TimeoutException>(failure.InnerException);
        Assert.Equal("GET http://server/ did not end within 30 s.", failure.Message);
        Assert.Equal((3, HttpResilience.TotalTimeout), (server.Attempts, _time.Elapsed));
    }

    [Fact]
    public async Task A_change_that_is_never_answered_costs_one_attempt()
    {
        var server = new Server(_ => null);

        var failure = await Assert.ThrowsAsync<TaskCanceledException>(() => SendAsync(server, "PUT"));

        Assert.Equal("PUT http://server/ did not end within 10 s.", failure.Message);
        Assert.Equal((1, HttpResilience.AttemptTimeout), (server.Attempts, _time.Elapsed));
    }

    [Fact]
    public async Task A_caller_that_cancels_is_obeyed_at_once()
    {
        using var cancellation = new CancellationTokenSource();
        var server = new Server(_ => null);
        using var client = Client(server);

        var sending = client.GetAsync("http://server/", cancellation.Token);
        await cancellation.CancelAsync();

        var failure = await Assert.ThrowsAnyAsync<OperationCanceledException>(() => sending);
        Assert.Equal(cancellation.Token, failure.CancellationToken);
        Assert.Equal((1, TimeSpan.Zero), (server.Attempts, _time.Elapsed));
    }

    private static Task<HttpResponseMessage>? Answer(HttpStatusCode status) => Task.FromResult(new HttpResponseMessage(status));

    private HttpMessageInvoker Invoker(Server server) =>
        new(new ResilienceHandler(HttpResilience.CreatePipeline(_time)) { InnerHandler = server });

    private HttpClient Client(Server server) =>
        new(new ResilienceHandler(HttpResilience.CreatePipeline(_time)) { InnerHandler = server });

    private async Task<HttpResponseMessage> SendAsync(Server server, string method)
    {
        using var invoker = Invoker(server);
        using var request = new HttpRequestMessage(new HttpMethod(method), "http://server/");
        var sending = invoker.SendAsync(request, Cancellation);
        while (!sending.IsCompleted)
        {
            Assert.True(_time.FireNext(), $"{method} waits for something other than time after {server.Attempts} attempts.");
        }

        return await sending;
    }

    /// <summary>Answers each attempt, counted from 1, or never when given null.</summary>
    private sealed class Server(Func<int, Task<HttpResponseMessage>?> answer) : HttpMessageHandler
    {
        public int Attempts { get; private set; }

        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            Attempts++;
            return answer(Attempts) ?? NeverAsync(cancellationToken);
        }

        private static Task<HttpResponseMessage> NeverAsync(CancellationToken cancellationToken)
        {
            var never = new TaskCompletionSource<HttpResponseMessage>();
            cancellationToken.Register(() => never.TrySetCanceled(cancellationToken));
            return never.Task;
        }
    }

    private sealed class DisposalContent : StringContent
    {
        public DisposalContent()
            : base("")
        {
        }

        public bool IsDisposed { get; private set; }

        protected override void Dispose(bool disposing)
        {
            IsDisposed = true;
            base.Dispose(disposing);
        }
    }
}
