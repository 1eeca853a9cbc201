using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using KvStore.Bench.Nodes;

namespace KvStore.Bench.Redis;

/// <summary>A redis-server on this machine for the time of a bench, with data that is deleted in the end.</summary>
internal sealed class RedisServer : IAsyncDisposable
{
    private static readonly TimeSpan StartTime = TimeSpan.FromSeconds(30);

    private static int _count;

    private readonly ChildProcess _process;
    private readonly string _directory;

    private RedisServer(ChildProcess process, string directory, int port)
    {
        _process = process;
        _directory = directory;
        Port = port;
    }

    public int Port { get; }

    /// <param name="program">The path of redis-server, or its name on PATH.</param>
    /// <param name="parent">Where the directory of the data is made.</param>
    /// <param name="isDurable">Whether each write is synced before it is answered; else nothing is ever written.</param>
    /// <exception cref="InvalidOperationException">When it cannot be started; the message says why.</exception>
    public static async Task<RedisServer> StartAsync(string program, string parent, bool isDurable, CancellationToken cancellationToken)
    {
        int port = new FreePorts().Take();
        string directory = Path.Combine(parent, $"kvstore-bench-redis-{Environment.ProcessId}-{Interlocked.Increment(ref _count)}");
        Directory.CreateDirectory(directory);
        ProcessStartInfo start = new(
            program,
            [
                "--port", port.ToString(CultureInfo.InvariantCulture),
                "--bind", "127.0.0.1",
                "--dir", directory,
                "--save", "",
                "--appendonly", isDurable ? "yes" : "no",
                "--appendfsync", "always",
                "--loglevel", "warning",
            ]);
        RedisServer? server = null;
        try
        {
            server = new RedisServer(new ChildProcess(start, port), directory, port);
            await server._process.WaitUntilHealthyAsync(StartTime, cancellationToken);
            return server;
        }
        catch (Win32Exception exception)
        {
            Directory.Delete(directory, recursive: true);
            throw new InvalidOperationException(
                $"'{program}' cannot be started: {exception.Message}. Install Redis (Debian: redis-server), or say where it is with --redis.", exception);
        }
        catch
        {
            await (server?.DisposeAsync() ?? ValueTask.CompletedTask);
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _process.DisposeAsync();
        Directory.Delete(_directory, recursive: true);
    }
}
