using Google.Protobuf;
using Google.Protobuf.Reflection;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Grpc.Reflection.V1;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace KvStore.Tests.StandIns.Grpc;

public sealed class ReflectionServiceTests : IAsyncLifetime
{
    private GrpcApplication _app = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _app = await GrpcApplication.StartAsync(
        services =>
        {
            services.AddSingleton<EchoService>();
            services.AddGrpcHealthChecks();
            services.AddGrpcReflection();
        },
        app =>
        {
            app.MapGrpcService<EchoService>();
            app.MapGrpcHealthChecksService();
            app.MapGrpcReflectionService();
        },
        Cancellation);

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    [Fact]
    public async Task All_mapped_services_are_listed_and_reflection_itself()
    {
        string[] expected =
        [
            "grpc.health.v1.Health", "grpc.reflection.v1.ServerReflection", "grpc.reflection.v1alpha.ServerReflection", "kvstore.tests.Echo",
        ];

        var (response, alpha) = await AskAsync(new() { ListServices = "" });

        Assert.Equal(expected, response.ListServicesResponse.Service.Select(service => service.Name).Order(StringComparer.Ordinal));
        Assert.Equal(response.ToByteString(), alpha.ToByteString());
    }

    [Theory]
    [InlineData("kvstore.tests.Echo")]
    [InlineData("kvstore.tests.Echo.Converse")]
    [InlineData("kvstore.tests.Text")]
    public async Task The_file_of_a_symbol_is_found(string symbol)
    {
        var (response, alpha) = await AskAsync(new() { FileContainingSymbol = symbol });

        var file = FileDescriptorProto.Parser.ParseFrom(response.FileDescriptorResponse.FileDescriptorProto[0]);
        Assert.Equal(EchoReflection.Descriptor.ToProto(), file);
        Assert.Equal(response.ToByteString(), alpha.ToByteString());
    }

    [Fact]
    public async Task A_file_is_found_by_name()
    {
        var (response, _) = await AskAsync(new() { FileByFilename = "echo.proto" });

        Assert.Equal([EchoReflection.Descriptor.SerializedData], response.FileDescriptorResponse.FileDescriptorProto);
    }

    [Fact]
    public async Task What_is_not_there_and_what_is_not_supported_is_an_error_of_that_request_alone()
    {
        ServerReflectionRequest[] requests =
        [
            new() { FileContainingSymbol = "kvstore.tests.Nothing" },
            new() { FileContainingSymbol = "kvstore.tests.Text.value" },
            new() { FileByFilename = "nothing.proto" },
            new() { AllExtensionNumbersOfType = "kvstore.tests.Text" },
            new() { FileContainingExtension = new() { ContainingType = "kvstore.tests.Text", ExtensionNumber = 1 } },
            new(),
        ];

        List<StatusCode> codes = [];
        foreach (var request in requests)
        {
            codes.Add((StatusCode)(await AskAsync(request)).Response.ErrorResponse.ErrorCode);
        }

        Assert.Equal([StatusCode.NotFound, StatusCode.NotFound, StatusCode.NotFound, StatusCode.Unimplemented, StatusCode.Unimplemented, StatusCode.Unimplemented], codes);
    }

    [Fact]
    public async Task One_call_answers_any_number_of_requests_in_order()
    {
        using var call = new ServerReflection.ServerReflectionClient(_app.Channel).ServerReflectionInfo(cancellationToken: Cancellation);
        await call.RequestStream.WriteAsync(new() { FileByFilename = "nothing.proto" }, Cancellation);
        await call.RequestStream.WriteAsync(new() { FileByFilename = "echo.proto" }, Cancellation);
        await call.RequestStream.CompleteAsync();
        List<ServerReflectionResponse.MessageResponseOneofCase> kinds = [];
        while (await call.ResponseStream.MoveNext(Cancellation))
        {
            kinds.Add(call.ResponseStream.Current.MessageResponseCase);
        }

        Assert.Equal(
            [ServerReflectionResponse.MessageResponseOneofCase.ErrorResponse, ServerReflectionResponse.MessageResponseOneofCase.FileDescriptorResponse],
            kinds);
    }

    [Fact]
    public async Task Files_bring_what_they_import_after_them()
    {
        var symbols = global::Grpc.Reflection.SymbolRegistry.FromFiles([EchoReflection.Descriptor, TypeReflection.Descriptor]);

        Assert.Same(SourceContextReflection.Descriptor, symbols.FileByName("google/protobuf/source_context.proto"));
        Assert.Same(TypeReflection.Descriptor, symbols.FileContainingSymbol("google.protobuf.Field.Kind"));
        Assert.Null(symbols.FileContainingSymbol("google.protobuf.Nothing"));
        await using var app = await GrpcApplication.StartAsync(
            services => services.AddSingleton(new global::Grpc.Reflection.ReflectionV1ServiceImpl(["any"], symbols)),
            app => app.MapGrpcService<global::Grpc.Reflection.ReflectionV1ServiceImpl>(),
            Cancellation);
        var response = await AskV1Async(app, new() { FileContainingSymbol = "google.protobuf.Type" });
        var names = response.FileDescriptorResponse.FileDescriptorProto.Select(bytes => FileDescriptorProto.Parser.ParseFrom(bytes).Name).ToList();
        Assert.Equal(
            ["google/protobuf/any.proto", "google/protobuf/source_context.proto", "google/protobuf/type.proto"], names.Order(StringComparer.Ordinal));
    }

    /// <returns>What both versions of the service answer.</returns>
    private async Task<(ServerReflectionResponse Response, IMessage Alpha)> AskAsync(ServerReflectionRequest request)
    {
        using var call = new global::Grpc.Reflection.V1Alpha.ServerReflection.ServerReflectionClient(_app.Channel)
            .ServerReflectionInfo(cancellationToken: Cancellation);
        await call.RequestStream.WriteAsync(
            global::Grpc.Reflection.V1Alpha.ServerReflectionRequest.Parser.ParseFrom(request.ToByteString()), Cancellation);
        await call.RequestStream.CompleteAsync();
        Assert.True(await call.ResponseStream.MoveNext(Cancellation));
        return (await AskV1Async(_app, request), call.ResponseStream.Current);
    }

    private static async Task<ServerReflectionResponse> AskV1Async(GrpcApplication app, ServerReflectionRequest request)
    {
        using var call = new ServerReflection.ServerReflectionClient(app.Channel).ServerReflectionInfo(cancellationToken: Cancellation);
        await call.RequestStream.WriteAsync(request, Cancellation);
        await call.RequestStream.CompleteAsync();
        Assert.True(await call.ResponseStream.MoveNext(Cancellation));
        return call.ResponseStream.Current;
    }
}
