using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Google.Protobuf;
using Grpc.Core;
using Grpc.Net.Client;
using KvStore.Node;
using KvStore.Node.Hosting;
using KvStore.ServiceDefaults.Telemetry;
using KvStore.Tests.Storage;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Xunit;

namespace KvStore.Tests.FrontEnds;

/// <summary>A whole node in this process, alone in its cluster: the real store, server and pipeline, on free ports.</summary>
internal sealed class RunningNode : IAsyncDisposable
{
    private readonly TemporaryDirectory _directory;
    private readonly Ports _ports;
    private readonly MemberHost _host;
    private readonly WebApplication _app;
    private readonly GrpcChannel _channel;

    private RunningNode(TemporaryDirectory directory, Ports ports, MemberHost host, WebApplication app)
    {
        _directory = directory;
        _ports = ports;
        _host = host;
        _app = app;
        Http = new HttpClient { BaseAddress = new Uri($"http://{ports.HttpEndPoint}") };
        _channel = GrpcChannel.ForAddress($"http://{ports.GrpcEndPoint}");
    }

    public HttpClient Http { get; }

    public IPEndPoint GrpcEndPoint => _ports.GrpcEndPoint;

    public int HttpPort => _ports.Http;

    /// <summary>Of a node that was told to speak the Redis protocol.</summary>
    public IPEndPoint RespEndPoint => _ports.RespEndPoint!;

    public IServiceProvider Services => _app.Services;

    public static async Task<RunningNode> StartAsync(NodeOptions? options = null)
    {
        TemporaryDirectory directory = new(inMemory: true);
        options = (options ?? new NodeOptions()) with { DataDirectory = directory.Path, HttpPort = 0, GrpcPort = 0 };
        Assert.True(Ports.TryBind(options, out Ports? ports, out string? problem), problem);
        MemberHost host = MemberHost.Open(options, ports);
        WebApplicationBuilder builder = WebApplication.CreateBuilder(new WebApplicationOptions { ContentRootPath = directory.Path });
        builder.Logging.ClearProviders();
        builder.Configuration[TraceBudget.ConfigurationKey] = options.TracesPerSecondMax.ToString(CultureInfo.InvariantCulture);
        builder.AddServiceDefaults();
        builder.AddMember(host, options);
        WebApplication app = builder.Build();
        app.MapMember();
        await app.StartAsync(TestContext.Current.CancellationToken);
        return new RunningNode(directory, ports, host, app);
    }

    public async Task<HttpResponseMessage> SendAsync(
        HttpMethod method, string target, byte[]? body = null, params (string Name, string Value)[] headers)
    {
        UriCreationOptions asWritten = new() { DangerousDisablePathAndQueryCanonicalization = true };
        using HttpRequestMessage request = new(method, new Uri($"http://{_ports.HttpEndPoint}{target}", asWritten));
        request.Content = body is null ? null : new ByteArrayContent(body);
        foreach ((string name, string value) in headers)
        {
            Assert.True(request.Headers.TryAddWithoutValidation(name, value));
        }

        return await Http.SendAsync(request, TestContext.Current.CancellationToken);
    }

    /// <summary>Sends bytes as they are, for what no client library would send.</summary>
    /// <returns>The first line of the answer.</returns>
    public async Task<string> SendRawAsync(string request)
    {
        using Socket socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(_ports.HttpEndPoint, TestContext.Current.CancellationToken);
        await using NetworkStream stream = new(socket);
        await stream.WriteAsync(Encoding.ASCII.GetBytes(request), TestContext.Current.CancellationToken);
        using StreamReader reader = new(stream, Encoding.ASCII);
        return await reader.ReadLineAsync(TestContext.Current.CancellationToken) ?? "";
    }

    /// <summary>A channel of its own, for replies larger than a client takes by default.</summary>
    public GrpcChannel ChannelFor(int replyBytesMax) =>
        GrpcChannel.ForAddress($"http://{_ports.GrpcEndPoint}", new GrpcChannelOptions { MaxReceiveMessageSize = replyBytesMax });

    public AsyncUnaryCall<TReply> Call<TRequest, TReply>(TRequest request, CallOptions options = default, GrpcChannel? channel = null)
        where TRequest : class, IMessage<TRequest>, new()
        where TReply : class, IMessage<TReply>, new() =>
        (channel ?? _channel).CreateCallInvoker().AsyncUnaryCall(MethodOf<TRequest, TReply>(MethodType.Unary), host: null, options, request);

    public AsyncServerStreamingCall<TReply> Stream<TRequest, TReply>(TRequest request, CallOptions options = default)
        where TRequest : class, IMessage<TRequest>, new()
        where TReply : class, IMessage<TReply>, new() =>
        _channel.CreateCallInvoker().AsyncServerStreamingCall(MethodOf<TRequest, TReply>(MethodType.ServerStreaming), host: null, options, request);

    public AsyncDuplexStreamingCall<TRequest, TReply> Duplex<TRequest, TReply>(CallOptions options = default)
        where TRequest : class, IMessage<TRequest>, new()
        where TReply : class, IMessage<TReply>, new() =>
        _channel.CreateCallInvoker().AsyncDuplexStreamingCall(MethodOf<TRequest, TReply>(MethodType.DuplexStreaming), host: null, options);

    /// <summary>As the member does first when it stops.</summary>
    public void StopAdmitting() => Services.GetRequiredService<Member>().Coordinator.IsServing = false;

    /// <summary>As SIGTERM does.</summary>
    public Task StopAsync() => _app.StopAsync(TestContext.Current.CancellationToken);

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        _channel.Dispose();
        await _app.DisposeAsync();
        await _host.DisposeAsync();
        _ports.Dispose();
        _directory.Dispose();
    }

    /// <summary>The one method of kv.proto or cluster.proto with these messages.</summary>
    public static Method<TRequest, TReply> MethodOf<TRequest, TReply>(MethodType type)
        where TRequest : class, IMessage<TRequest>, new()
        where TReply : class, IMessage<TReply>, new()
    {
        var method = Protocol.KvReflection.Descriptor.Services.Concat(Protocol.ClusterReflection.Descriptor.Services)
            .SelectMany(service => service.Methods)
            .Single(method => method.InputType.ClrType == typeof(TRequest) && method.IsServerStreaming == (type != MethodType.Unary));
        return new Method<TRequest, TReply>(type, method.Service.FullName, method.Name, MarshallerOf<TRequest>(), MarshallerOf<TReply>());
    }

    private static Marshaller<T> MarshallerOf<T>()
        where T : IMessage<T>, new() =>
        Marshallers.Create(message => message.ToByteArray(), bytes =>
        {
            T message = new();
            message.MergeFrom(bytes);
            return message;
        });
}
