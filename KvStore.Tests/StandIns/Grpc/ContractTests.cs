using Grpc.Core;
using Grpc.Core.Interceptors;
using Xunit;

namespace KvStore.Tests.StandIns.Grpc;

/// <summary>What the contracts do by themselves, without a server.</summary>
public sealed class ContractTests
{
    [Fact]
    public void A_definition_adds_each_method_to_a_server_once()
    {
        var binder = new RecordingBinder();

        Echo.BindService(new EchoService()).BindService(binder);

        Assert.Equal(
            [
                "unary /kvstore.tests.Echo/Say",
                "server /kvstore.tests.Echo/Spell",
                "client /kvstore.tests.Echo/Join",
                "duplex /kvstore.tests.Echo/Converse",
                "unary /kvstore.tests.Echo/Fail",
                "unary /kvstore.tests.Echo/WaitForCancellation",
                "server /kvstore.tests.Echo/Flood",
            ],
            binder.Methods);
    }

    [Fact]
    public void A_method_defined_twice_is_refused()
    {
        var method = new Method<string, string>(
            MethodType.Unary, "service", "method", Marshallers.StringMarshaller, Marshallers.StringMarshaller);
        UnaryServerMethod<string, string> handler = (request, _) => Task.FromResult(request);
        var builder = ServerServiceDefinition.CreateBuilder().AddMethod(method, handler);

        Assert.Throws<ArgumentException>(() => builder.AddMethod(method, handler));
    }

    [Fact]
    public void Each_change_of_call_options_makes_a_copy()
    {
        var deadline = new DateTime(2030, 1, 1, 0, 0, 0, DateTimeKind.Utc);
        var before = new CallOptions(deadline: deadline);

        var after = before.WithWaitForReady().WithHeaders([]);

        Assert.Equal((false, null, deadline), (before.IsWaitForReady, before.Headers, before.Deadline));
        Assert.Equal((true, 0, deadline), (after.IsWaitForReady, after.Headers?.Count, after.Deadline));
    }

    [Fact]
    public void Interceptors_are_passed_in_the_order_given()
    {
        var order = new List<string>();
        var invoker = new EchoingInvoker().Intercept(new Passing("a", order), new Passing("b", order)).Intercept(new Passing("c", order));

        new Echo.EchoClient(invoker).Say(new Text(), cancellationToken: TestContext.Current.CancellationToken);

        Assert.Equal(["c", "a", "b"], order);
    }

    [Fact]
    public void A_status_prints_its_code_detail_and_local_exception()
    {
        Assert.Equal("Status(StatusCode=\"NotFound\", Detail=\"no\")", new Status(StatusCode.NotFound, "no").ToString());
        Assert.Contains("System.TimeoutException: late", new Status(StatusCode.Internal, "", new TimeoutException("late")).ToString());
    }

    [Fact]
    public void A_writer_that_cannot_cancel_refuses_a_token()
    {
        IAsyncStreamWriter<string> writer = new SinkWriter();
        using var cancellation = new CancellationTokenSource();

        Assert.True(writer.WriteAsync("message", CancellationToken.None).IsCompletedSuccessfully);
        Assert.Throws<NotSupportedException>(() => { _ = writer.WriteAsync("message", cancellation.Token); });
    }

    private sealed class SinkWriter : IAsyncStreamWriter<string>
    {
        public WriteOptions? WriteOptions { get; set; }

        public Task WriteAsync(string message) => Task.CompletedTask;
    }

    private sealed class Passing(string name, List<string> order) : Interceptor
    {
        public override TResponse BlockingUnaryCall<TRequest, TResponse>(
            TRequest request,
            ClientInterceptorContext<TRequest, TResponse> context,
            BlockingUnaryCallContinuation<TRequest, TResponse> continuation)
        {
            order.Add(name);
            return continuation(request, context);
        }
    }

    private sealed class EchoingInvoker : CallInvoker
    {
        public override TResponse BlockingUnaryCall<TRequest, TResponse>(
            Method<TRequest, TResponse> method, string? host, CallOptions options, TRequest request) =>
            (TResponse)(object)request;

        public override AsyncUnaryCall<TResponse> AsyncUnaryCall<TRequest, TResponse>(
            Method<TRequest, TResponse> method, string? host, CallOptions options, TRequest request) =>
            throw new NotSupportedException();

        public override AsyncServerStreamingCall<TResponse> AsyncServerStreamingCall<TRequest, TResponse>(
            Method<TRequest, TResponse> method, string? host, CallOptions options, TRequest request) =>
            throw new NotSupportedException();

        public override AsyncClientStreamingCall<TRequest, TResponse> AsyncClientStreamingCall<TRequest, TResponse>(
            Method<TRequest, TResponse> method, string? host, CallOptions options) =>
            throw new NotSupportedException();

        public override AsyncDuplexStreamingCall<TRequest, TResponse> AsyncDuplexStreamingCall<TRequest, TResponse>(
            Method<TRequest, TResponse> method, string? host, CallOptions options) =>
            throw new NotSupportedException();
    }

    private sealed class RecordingBinder : ServiceBinderBase
    {
        public List<string> Methods { get; } = [];

        public override void AddMethod<TRequest, TResponse>(
            Method<TRequest, TResponse> method, UnaryServerMethod<TRequest, TResponse>? handler) =>
            Methods.Add($"unary {method.FullName}");

        public override void AddMethod<TRequest, TResponse>(
            Method<TRequest, TResponse> method, ClientStreamingServerMethod<TRequest, TResponse>? handler) =>
            Methods.Add($"client {method.FullName}");

        public override void AddMethod<TRequest, TResponse>(
            Method<TRequest, TResponse> method, ServerStreamingServerMethod<TRequest, TResponse>? handler) =>
            Methods.Add($"server {method.FullName}");

        public override void AddMethod<TRequest, TResponse>(
            Method<TRequest, TResponse> method, DuplexStreamingServerMethod<TRequest, TResponse>? handler) =>
            Methods.Add($"duplex {method.FullName}");
    }
}
