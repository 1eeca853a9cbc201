using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using KvStore.Bench.Measuring;

namespace KvStore.Bench.Redis;

/// <summary>One kind of load by redis-benchmark, the same for whoever answers it.</summary>
/// <param name="Test">"set" or "get".</param>
/// <param name="Pipeline">Commands that each connection sends together.</param>
/// <param name="IsClusterMode">Whether redis-benchmark asks for the slots and goes to every node.</param>
internal sealed record RedisLoad(string Test, int Pipeline, bool IsClusterMode = false)
{
    /// <summary>So that a load that was never measured ends soon, however slow the server is.</summary>
    private const int RequestsFirst = 20_000;

    /// <summary>redis-benchmark takes a number of requests and no time, so the number goes by the rate before.</summary>
    private readonly Dictionary<int, double> _rates = [];

    public string Name => $"{Test.ToUpperInvariant()} -P {Pipeline}{(IsClusterMode ? ", cluster mode" : "")}";

    /// <summary>Runs it for about so long.</summary>
    /// <param name="program">The path of redis-benchmark, or its name on PATH.</param>
    /// <exception cref="InvalidOperationException">When it ends badly; the message says what it wrote.</exception>
    public async Task<Measurement> RunAsync(string program, int port, RedisBenchOptions options, TimeSpan time, CancellationToken cancellationToken)
    {
        long requests = _rates.TryGetValue(port, out double rate) ? Math.Max(RequestsFirst / 10, (long)(rate * time.TotalSeconds)) : RequestsFirst;
        ProcessStartInfo start = new(program, ArgumentsOf(port, options, requests)) { RedirectStandardOutput = true, RedirectStandardError = true };
        using Process process = Start(start);
        Task<string> errors = process.StandardError.ReadToEndAsync(CancellationToken.None);
        try
        {
            string printed = await process.StandardOutput.ReadToEndAsync(cancellationToken);
            await process.WaitForExitAsync(cancellationToken);
            Measurement measured = Read(printed) ?? throw new InvalidOperationException($"redis-benchmark ended with {process.ExitCode} and wrote: {printed} {await errors}");
            _rates[port] = measured.PerSecond;
            return measured;
        }
        finally
        {
            if (!process.HasExited)
            {
                process.Kill();
            }
        }
    }

    private IEnumerable<string> ArgumentsOf(int port, RedisBenchOptions options, long requests) =>
    [
        "-h", "127.0.0.1",
        "-p", Text(port),
        "-t", Test,
        "-n", Text(requests),
        "-c", Text(options.Connections),
        "-P", Text(Pipeline),
        "-d", Text(options.ValueBytes),
        "-r", Text(options.Keys),
        "-e", "--csv",
        .. IsClusterMode ? ["--cluster"] : Array.Empty<string>(),
    ];

    private static Process Start(ProcessStartInfo start)
    {
        try
        {
            return Process.Start(start)!;
        }
        catch (Win32Exception exception)
        {
            throw new InvalidOperationException(
                $"'{start.FileName}' cannot be started: {exception.Message}. Install it (Debian: redis-tools), or say where it is with --benchmark.", exception);
        }
    }

    /// <summary>The line of the test: name, a second, then latencies in milliseconds: average, least, p50, p95, p99, most.</summary>
    private Measurement? Read(string printed)
    {
        string[] lines = printed.Split('\n', StringSplitOptions.TrimEntries);
        string? line = lines.LastOrDefault(line => line.StartsWith($"\"{Test.ToUpperInvariant()}\",", StringComparison.Ordinal));
        double[] figures = [.. (line ?? "").Split(',').Skip(1).Select(figure => double.Parse(figure.Trim('"'), CultureInfo.InvariantCulture))];
        const int Figures = 7;
        return figures.Length != Figures ? null : new Measurement(
            figures[0],
            TimeSpan.FromMilliseconds(figures[3]),
            TimeSpan.FromMilliseconds(figures[5]),
            lines.Count(other => other.Contains("Error from server", StringComparison.Ordinal)));
    }

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);
}
