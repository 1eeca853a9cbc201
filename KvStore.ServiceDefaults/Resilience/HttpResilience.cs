using System.Net;
using Polly;
using Polly.Retry;
using Polly.Timeout;

namespace KvStore.ServiceDefaults.Resilience;

/// <summary>How long an HTTP request may take and when it is tried again.</summary>
/// <remarks>
/// <para>
/// Only GET, HEAD and OPTIONS are tried again. HTTP calls PUT and DELETE idempotent too, but in a store others write to, one
/// that took effect unnoticed and is then repeated undoes what somebody wrote in between. Whether to repeat a change is the
/// caller's decision.
/// </para>
/// <para>
/// No circuit breaker: an HTTP client here reaches several members through one name, and a breaker that opens for one
/// would close the door to all.
/// </para>
/// </remarks>
internal static class HttpResilience
{
    internal const int RetriesMax = 3;
    internal static readonly TimeSpan TotalTimeout = TimeSpan.FromSeconds(30);
    internal static readonly TimeSpan AttemptTimeout = TimeSpan.FromSeconds(10);
    internal static readonly TimeSpan RetryDelay = TimeSpan.FromMilliseconds(200);
    internal static readonly TimeSpan RetryDelayMax = TimeSpan.FromSeconds(5);

    internal static ResiliencePipeline<HttpResponseMessage> CreatePipeline(TimeProvider time) =>
        new ResiliencePipelineBuilder<HttpResponseMessage> { TimeProvider = time }
            .AddTimeout(TotalTimeout)
            .AddRetry(new RetryStrategyOptions<HttpResponseMessage>
            {
                MaxRetryAttempts = RetriesMax,
                BackoffType = DelayBackoffType.Exponential,
                UseJitter = true,
                Delay = RetryDelay,
                MaxDelay = RetryDelayMax,
                ShouldHandle = static attempt => ValueTask.FromResult(IsWorthRepeating(attempt.Context, attempt.Outcome)),
                DelayGenerator = static attempt => ValueTask.FromResult(DelayAskedFor(attempt.Outcome.Result)),
            })
            .AddTimeout(AttemptTimeout)
            .Build();

    private static bool IsWorthRepeating(ResilienceContext context, Outcome<HttpResponseMessage> outcome) =>
        ResilienceHandler.RequestOf(context).Method is { } method
        && (method == HttpMethod.Get || method == HttpMethod.Head || method == HttpMethod.Options)
        && outcome switch
        {
            { Exception: HttpRequestException or TimeoutRejectedException } => true,
            { Result.StatusCode: HttpStatusCode.RequestTimeout or HttpStatusCode.TooManyRequests } => true,
            { Result.StatusCode: HttpStatusCode.BadGateway or HttpStatusCode.ServiceUnavailable or HttpStatusCode.GatewayTimeout } => true,
            _ => false,
        };

    // Null means the delay of the backoff. A server may ask for more patience, but not for more than this client has.
    private static TimeSpan? DelayAskedFor(HttpResponseMessage? response) =>
        response?.Headers.RetryAfter?.Delta is { } delay ? (delay < RetryDelayMax ? delay : RetryDelayMax) : null;
}
