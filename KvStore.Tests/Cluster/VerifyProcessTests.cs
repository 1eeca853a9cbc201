using KvStore.Tests.Storage;
using KvStore.Tests.Storage.Crashes;
using Xunit;

namespace KvStore.Tests.Cluster;

/// <summary><c>--verify</c> as a person calls it.</summary>
[Collection(nameof(RealProcesses))]
public sealed class VerifyProcessTests : IDisposable
{
    private const int DirectoryExitCode = 4;
    private const int DamagedExitCode = 5;

    private readonly TemporaryDirectory _data = new();
    private readonly CancellationToken _cancellation = TestContext.Current.CancellationToken;

    [Fact]
    public async Task It_ends_with_a_code_of_its_own_for_healthy_damaged_and_nothing_there()
    {
        RecordedRun.Execute(_data.At("store"), operations: 60, lives: 2, seed: 1);
        Assert.Equal(0, await VerifyAsync("store"));

        string log = Directory.GetFiles(_data.At("store", "store", "log")).Order(StringComparer.Ordinal).Last();
        File.Delete(log);
        Assert.Equal(DamagedExitCode, await VerifyAsync("store"));

        Assert.Equal(DirectoryExitCode, await VerifyAsync("none"));
    }

    public void Dispose() => _data.Dispose();

    private async Task<int> VerifyAsync(string name)
    {
        await using NodeProcess node = NodeProcess.StartWith(["--verify", _data.At(name)], []);
        return (await node.EndAsync("verification", _cancellation)).ExitCode;
    }
}
