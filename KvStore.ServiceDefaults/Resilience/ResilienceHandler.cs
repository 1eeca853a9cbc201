using Polly;
using Polly.Timeout;

namespace KvStore.ServiceDefaults.Resilience;

/// <summary>Passes each request of an HTTP client through the pipeline of <see cref="HttpResilience"/>.</summary>
internal sealed class ResilienceHandler(ResiliencePipeline<HttpResponseMessage> pipeline) : DelegatingHandler
{
    private static readonly ResiliencePropertyKey<HttpRequestMessage> RequestKey = new("request");

    internal static HttpRequestMessage RequestOf(ResilienceContext context) => context.Properties.GetValue(RequestKey, null!);

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var context = ResilienceContextPool.Shared.Get(cancellationToken);
        context.Properties.Set(RequestKey, request);
        try
        {
            return await pipeline.ExecuteAsync(
                static async (context, handler) => await handler.SendOnceAsync(RequestOf(context), context.CancellationToken),
                context,
                this);
        }
        catch (TimeoutRejectedException timeout)
        {
            // The form in which HttpClient reports its own timeout, so that callers need to know only one.
            var message = $"{request.Method} {request.RequestUri} did not end within {timeout.Timeout.TotalSeconds:0} s.";
            throw new TaskCanceledException(message, new TimeoutException(message, timeout));
        }
        finally
        {
            ResilienceContextPool.Shared.Return(context);
        }
    }

    private Task<HttpResponseMessage> SendOnceAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
        base.SendAsync(request, cancellationToken);
}
