using KvStore.Node;
using Xunit;

namespace KvStore.Tests.FrontEnds;

/// <summary>One node for all tests of a class; each uses keys of its own.</summary>
public sealed class SharedNode : IAsyncLifetime
{
    public const int ValueBytesMax = 100_000;

    internal RunningNode Node { get; private set; } = null!;

    public async ValueTask InitializeAsync() => Node = await RunningNode.StartAsync(new NodeOptions { ValueBytesMax = ValueBytesMax });

    public ValueTask DisposeAsync() => Node.DisposeAsync();
}
