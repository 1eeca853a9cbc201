using System.Diagnostics.CodeAnalysis;
using Grpc.AspNetCore.Server;
using Grpc.Core;
using Grpc.Core.Interceptors;
using Microsoft.AspNetCore.Http;

namespace Grpc.AspNetCore.ClientFactory.Internal;

// Makes each call end with the call being served: at the earlier deadline, and when either is cancelled.
internal sealed class ContextPropagationInterceptor(GrpcContextPropagationOptions options, IHttpContextAccessor accessor) : Interceptor
{
    public override TResponse BlockingUnaryCall<TRequest, TResponse>(
        TRequest request,
        ClientInterceptorContext<TRequest, TResponse> context,
        BlockingUnaryCallContinuation<TRequest, TResponse> continuation)
    {
        using var cancellation = Propagate(ref context);
        return continuation(request, context);
    }

    public override AsyncUnaryCall<TResponse> AsyncUnaryCall<TRequest, TResponse>(
        TRequest request,
        ClientInterceptorContext<TRequest, TResponse> context,
        AsyncUnaryCallContinuation<TRequest, TResponse> continuation)
    {
        var cancellation = Propagate(ref context);
        var call = continuation(request, context);
        return cancellation is null ? call : new AsyncUnaryCall<TResponse>(
            call.ResponseAsync, call.ResponseHeadersAsync, call.GetStatus, call.GetTrailers, () => End(call, cancellation));
    }

    public override AsyncServerStreamingCall<TResponse> AsyncServerStreamingCall<TRequest, TResponse>(
        TRequest request,
        ClientInterceptorContext<TRequest, TResponse> context,
        AsyncServerStreamingCallContinuation<TRequest, TResponse> continuation)
    {
        var cancellation = Propagate(ref context);
        var call = continuation(request, context);
        return cancellation is null ? call : new AsyncServerStreamingCall<TResponse>(
            call.ResponseStream, call.ResponseHeadersAsync, call.GetStatus, call.GetTrailers, () => End(call, cancellation));
    }

    public override AsyncClientStreamingCall<TRequest, TResponse> AsyncClientStreamingCall<TRequest, TResponse>(
        ClientInterceptorContext<TRequest, TResponse> context,
        AsyncClientStreamingCallContinuation<TRequest, TResponse> continuation)
    {
        var cancellation = Propagate(ref context);
        var call = continuation(context);
        return cancellation is null ? call : new AsyncClientStreamingCall<TRequest, TResponse>(
            call.RequestStream, call.ResponseAsync, call.ResponseHeadersAsync, call.GetStatus, call.GetTrailers, () => End(call, cancellation));
    }

    public override AsyncDuplexStreamingCall<TRequest, TResponse> AsyncDuplexStreamingCall<TRequest, TResponse>(
        ClientInterceptorContext<TRequest, TResponse> context,
        AsyncDuplexStreamingCallContinuation<TRequest, TResponse> continuation)
    {
        var cancellation = Propagate(ref context);
        var call = continuation(context);
        return cancellation is null ? call : new AsyncDuplexStreamingCall<TRequest, TResponse>(
            call.RequestStream, call.ResponseStream, call.ResponseHeadersAsync, call.GetStatus, call.GetTrailers, () => End(call, cancellation));
    }

    // Returns what joins two tokens, if two had to be: to be disposed with the call.
    private CancellationTokenSource? Propagate<TRequest, TResponse>(ref ClientInterceptorContext<TRequest, TResponse> context)
        where TRequest : class
        where TResponse : class
    {
        if (!TryGetServed(out var served))
        {
            return null;
        }

        var call = context.Options;
        if (served.Deadline < (call.Deadline ?? DateTime.MaxValue))
        {
            call = call.WithDeadline(served.Deadline);
        }

        CancellationTokenSource? joined = null;
        if (served.CancellationToken.CanBeCanceled)
        {
            joined = call.CancellationToken.CanBeCanceled
                ? CancellationTokenSource.CreateLinkedTokenSource(call.CancellationToken, served.CancellationToken)
                : null;
            call = call.WithCancellationToken(joined?.Token ?? served.CancellationToken);
        }

        context = new ClientInterceptorContext<TRequest, TResponse>(context.Method, context.Host, call);
        return joined;
    }

    private bool TryGetServed([NotNullWhen(true)] out ServerCallContext? served)
    {
        var request = accessor.HttpContext;
        served = request?.Features.Get<IServerCallContextFeature>()?.ServerCallContext;
        if (served is not null || options.SuppressContextNotFoundErrors)
        {
            return served is not null;
        }

        throw new InvalidOperationException(request is null
            ? "Unable to propagate server context values to the call. Can't find the current HttpContext."
            : "Unable to propagate server context values to the call. Can't find the gRPC ServerCallContext on the current HttpContext.");
    }

    private static void End(IDisposable call, CancellationTokenSource cancellation)
    {
        call.Dispose();
        cancellation.Dispose();
    }
}
