using Grpc.Core;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace KvStore.Tests.StandIns.Grpc;

/// <summary>A call that is served makes another, which ends with it.</summary>
public sealed class ContextPropagationTests : IAsyncLifetime
{
    private EchoServer _behind = null!;
    private GrpcApplication _front = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _behind = await EchoServer.StartAsync(Cancellation);
        _front = await GrpcApplication.StartAsync(
            services => services
                .AddGrpcClient<Echo.EchoClient>(options => options.Address = new Uri(_behind.Address))
                .EnableCallContextPropagation(),
            app => app.MapGrpcService<ForwardingService>(),
            Cancellation);
    }

    public async ValueTask DisposeAsync()
    {
        await _front.DisposeAsync();
        await _behind.DisposeAsync();
    }

    [Fact]
    public async Task The_deadline_of_the_call_being_served_is_passed_on()
    {
        var deadline = DateTime.UtcNow.AddMinutes(3);
        var response = await new Echo.EchoClient(_front.Channel).SayAsync(new Text(), deadline: deadline, cancellationToken: Cancellation);

        Assert.InRange(TimeSpan.Parse(response.Value, System.Globalization.CultureInfo.InvariantCulture), TimeSpan.FromMinutes(1), TimeSpan.FromMinutes(3));
    }

    [Fact]
    public async Task Its_cancellation_is_passed_on()
    {
        using var cancellation = new CancellationTokenSource();
        using var call = new Echo.EchoClient(_front.Channel).WaitForCancellationAsync(new Text(), cancellationToken: cancellation.Token);
        await _behind.Service.Waiting.WaitAsync(Cancellation);
        await cancellation.CancelAsync();

        await _behind.Service.Cancelled.WaitAsync(TimeSpan.FromSeconds(60), Cancellation);
    }

    [Fact]
    public async Task A_call_outside_one_that_is_served_is_refused_unless_allowed()
    {
        var strict = _front.Services.GetRequiredService<Echo.EchoClient>();
        await Assert.ThrowsAsync<InvalidOperationException>(async () => await strict.SayAsync(new Text(), cancellationToken: Cancellation));

        await using var services = new ServiceCollection().AddLogging()
            .AddGrpcClient<Echo.EchoClient>(options => options.Address = new Uri(_behind.Address))
            .EnableCallContextPropagation(options => options.SuppressContextNotFoundErrors = true)
            .Services.BuildServiceProvider();
        var lenient = services.GetRequiredService<Echo.EchoClient>();
        Assert.Equal("hello", (await lenient.SayAsync(new Text { Value = "hello" }, cancellationToken: Cancellation)).Value);
    }

    private sealed class ForwardingService(Echo.EchoClient behind) : Echo.EchoBase
    {
        public override async Task<Text> Say(Text request, ServerCallContext context)
        {
            using var call = behind.SayAsync(request, cancellationToken: CancellationToken.None);
            await call;
            return new Text { Value = (await call.ResponseHeadersAsync).GetValue("time-left") };
        }

        public override async Task<Text> WaitForCancellation(Text request, ServerCallContext context) =>
            await behind.WaitForCancellationAsync(request, cancellationToken: CancellationToken.None);
    }
}
