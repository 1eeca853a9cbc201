using Grpc.Core;
using Grpc.Core.Interceptors;

namespace KvStore.Tests.StandIns.Grpc;

/// <summary>Leaves a mark on each call it sees: a request header as a client, a trailer as a server.</summary>
internal sealed class MarkingInterceptor : Interceptor
{
    public override AsyncUnaryCall<TResponse> AsyncUnaryCall<TRequest, TResponse>(
        TRequest request,
        ClientInterceptorContext<TRequest, TResponse> context,
        AsyncUnaryCallContinuation<TRequest, TResponse> continuation)
    {
        Metadata headers = [.. context.Options.Headers ?? [], new Metadata.Entry("mark", context.Method.Name)];
        return continuation(request, new(context.Method, context.Host, context.Options.WithHeaders(headers)));
    }

    public override Task<TResponse> UnaryServerHandler<TRequest, TResponse>(
        TRequest request,
        ServerCallContext context,
        UnaryServerMethod<TRequest, TResponse> continuation)
    {
        Mark("unary", context);
        return continuation(request, context);
    }

    public override Task ServerStreamingServerHandler<TRequest, TResponse>(
        TRequest request,
        IServerStreamWriter<TResponse> responseStream,
        ServerCallContext context,
        ServerStreamingServerMethod<TRequest, TResponse> continuation)
    {
        Mark("server", context);
        return continuation(request, responseStream, context);
    }

    private static void Mark(string kind, ServerCallContext context) =>
        context.ResponseTrailers.Add("mark", $"{kind} {context.RequestHeaders.GetValue("mark")}".TrimEnd());
}
