using System.Diagnostics;
using KvStore.Tests.Cluster;

namespace KvStore.Tests.Chaos;

/// <summary>One of the nodes: a process that is killed, stopped and started again, always on the same ports with the same data.</summary>
internal sealed class ChaosNode(string name, int httpPort, int grpcPort, IReadOnlyList<(string Name, string Value)> settings) : IAsyncDisposable
{
    private NodeProcess? _process;

    public string Name { get; } = name;

    public Uri Http { get; } = new($"http://127.0.0.1:{httpPort}");

    public Uri Grpc { get; } = new($"http://127.0.0.1:{grpcPort}");

    public (Uri Http, Uri Grpc) Addresses => (Http, Grpc);

    /// <summary>Whether a fault has hold of it.</summary>
    public bool IsImpaired { get; set; }

    public void Start() => _process = NodeProcess.Start(settings);

    public Task WaitUntilHealthyAsync(string phase, CancellationToken cancellationToken) =>
        _process!.WaitUntilHealthyAsync($"{phase}: {Name}", httpPort, cancellationToken);

    /// <exception cref="InvalidOperationException">It has ended by itself; the message has what it wrote.</exception>
    public void FailIfEnded(string phase) => _process?.FailIfEnded($"{phase}: {Name}");

    /// <summary>kill -9: what it had not synced is in the system's cache, what it had not written is gone.</summary>
    public async Task KillAsync()
    {
        if (_process is { } process)
        {
            _process = null;
            await process.DisposeAsync();
        }
    }

    /// <summary>Forgets all it had, so that it starts as a node that was never a member. Only while it does not run.</summary>
    public void Wipe() => Directory.Delete(settings.Single(setting => setting.Name == "DataDirectory").Value, recursive: true);

    /// <summary>SIGSTOP: it neither answers nor lets go of anything.</summary>
    public Task PauseAsync() => SignalAsync("STOP");

    /// <summary>SIGCONT: it goes on where it was, as if no time had passed.</summary>
    public Task ContinueAsync() => SignalAsync("CONT");

    public async ValueTask DisposeAsync() => await KillAsync();

    private async Task SignalAsync(string signal)
    {
        using Process kill = Process.Start("kill", [$"-{signal}", $"{_process!.Id}"]);
        await kill.WaitForExitAsync();
        if (kill.ExitCode != 0)
        {
            throw new InvalidOperationException($"{Name} could not be sent {signal}: kill ended with {kill.ExitCode}.");
        }
    }
}
