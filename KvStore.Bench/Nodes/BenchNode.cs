using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net.Http;
using KvStore.Node;

namespace KvStore.Bench.Nodes;

/// <summary>One node as a process of its own, ended with this object.</summary>
internal sealed class BenchNode : IAsyncDisposable
{
    private const int LinesMax = 50;

    private readonly Process _process;
    private readonly int _httpPort;
    private readonly ConcurrentQueue<string> _lines = new();

    /// <param name="settings">Names below KvStore, with colons, and their values.</param>
    public BenchNode(IEnumerable<(string Name, string Value)> settings, int httpPort)
    {
        _httpPort = httpPort;
        ProcessStartInfo start = new(DotNetPath()) { RedirectStandardOutput = true, RedirectStandardError = true };
        start.ArgumentList.Add(typeof(NodeOptions).Assembly.Location);
        start.Environment["Logging__LogLevel__Default"] = "Warning";
        foreach ((string name, string value) in settings)
        {
            start.Environment[$"KvStore__{name.Replace(":", "__", StringComparison.Ordinal)}"] = value;
        }

        _process = new Process { StartInfo = start };
        _process.OutputDataReceived += (_, line) => Keep(line.Data);
        _process.ErrorDataReceived += (_, line) => Keep(line.Data);
        _process.Start();
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    public async Task WaitUntilHealthyAsync(TimeSpan time, CancellationToken cancellationToken)
    {
        using HttpClient client = new() { BaseAddress = new Uri($"http://127.0.0.1:{_httpPort}"), Timeout = time };
        using PeriodicTimer timer = new(TimeSpan.FromMilliseconds(100));
        long begun = Stopwatch.GetTimestamp();
        while (!await IsHealthyAsync(client, cancellationToken))
        {
            if (_process.HasExited || Stopwatch.GetElapsedTime(begun) > time)
            {
                string state = _process.HasExited ? $"ended with exit code {_process.ExitCode}" : $"is not healthy after {time.TotalSeconds} s";
                throw new InvalidOperationException($"A node {state}. It wrote:{Environment.NewLine}{string.Join(Environment.NewLine, _lines)}");
            }

            await timer.WaitForNextTickAsync(cancellationToken);
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
        }

        await _process.WaitForExitAsync(CancellationToken.None);
        _process.Dispose();
    }

    private static async Task<bool> IsHealthyAsync(HttpClient client, CancellationToken cancellationToken)
    {
        try
        {
            using HttpResponseMessage response = await client.GetAsync("/health", cancellationToken);
            return response.IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }

    // The host that runs this program, or the one on the path where this program has a host of its own.
    private static string DotNetPath() =>
        Environment.ProcessPath is { } path && Path.GetFileNameWithoutExtension(path) == "dotnet" ? path : "dotnet";

    private void Keep(string? line)
    {
        if (line is null)
        {
            return;
        }

        _lines.Enqueue(line);
        while (_lines.Count > LinesMax)
        {
            _lines.TryDequeue(out _);
        }
    }
}
