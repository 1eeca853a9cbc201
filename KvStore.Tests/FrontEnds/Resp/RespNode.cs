using KvStore.Node;
using KvStore.Node.Configuration;
using Xunit;

namespace KvStore.Tests.FrontEnds.Resp;

/// <summary>One node that speaks the Redis protocol, for all tests of a class; each uses keys of its own.</summary>
public sealed class RespNode : IAsyncLifetime
{
    public const int ValueBytesMax = 100_000;

    internal RunningNode Node { get; private set; } = null!;

    public async ValueTask InitializeAsync() => Node = await RunningNode.StartAsync(
        new NodeOptions { ValueBytesMax = ValueBytesMax, Resp = new RespOptions { Port = 0, AllowFlush = true } });

    public ValueTask DisposeAsync() => Node.DisposeAsync();
}
