using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Net.Http;
using System.Net.Sockets;

namespace KvStore.Bench.Nodes;

/// <summary>A member as a process of its own, ended with this object.</summary>
internal sealed class ChildProcess : IAsyncDisposable
{
    private const int LinesMax = 50;

    private readonly Process _process;
    private readonly Func<CancellationToken, Task<bool>> _isHealthy;
    private readonly ConcurrentQueue<string> _lines = new();

    /// <param name="health">Answers 200 when the member can serve.</param>
    public ChildProcess(ProcessStartInfo start, Uri health)
        : this(start, cancellationToken => AnswersAsync(health, cancellationToken))
    {
    }

    /// <param name="port">Of the loopback interface; takes connections when the member can serve.</param>
    public ChildProcess(ProcessStartInfo start, int port)
        : this(start, cancellationToken => ListensAsync(port, cancellationToken))
    {
    }

    private ChildProcess(ProcessStartInfo start, Func<CancellationToken, Task<bool>> isHealthy)
    {
        _isHealthy = isHealthy;
        start.RedirectStandardOutput = true;
        start.RedirectStandardError = true;
        _process = new Process { StartInfo = start };
        _process.OutputDataReceived += (_, line) => Keep(line.Data);
        _process.ErrorDataReceived += (_, line) => Keep(line.Data);
        _process.Start();
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    /// <summary>CPU time that they have used together since they started.</summary>
    public static TimeSpan CpuOf(IReadOnlyList<ChildProcess> members) =>
        members.Aggregate(TimeSpan.Zero, (sum, member) => sum + member.Cpu());

    public async Task WaitUntilHealthyAsync(TimeSpan time, CancellationToken cancellationToken)
    {
        using PeriodicTimer timer = new(TimeSpan.FromMilliseconds(100));
        long begun = Stopwatch.GetTimestamp();
        while (!await _isHealthy(cancellationToken))
        {
            if (_process.HasExited || Stopwatch.GetElapsedTime(begun) > time)
            {
                string state = _process.HasExited ? $"ended with exit code {_process.ExitCode}" : $"is not healthy after {time.TotalSeconds} s";
                throw new InvalidOperationException($"A member {state}. It wrote:{Environment.NewLine}{string.Join(Environment.NewLine, _lines)}");
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

    private static async Task<bool> AnswersAsync(Uri health, CancellationToken cancellationToken)
    {
        try
        {
            using HttpClient client = new();
            using HttpResponseMessage response = await client.GetAsync(health, cancellationToken);
            return response.IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }

    private static async Task<bool> ListensAsync(int port, CancellationToken cancellationToken)
    {
        try
        {
            using TcpClient client = new();
            await client.ConnectAsync(IPAddress.Loopback, port, cancellationToken);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    private TimeSpan Cpu()
    {
        _process.Refresh();
        return _process.TotalProcessorTime;
    }

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
