using System.Diagnostics;
using System.Threading.Channels;

namespace KvStore.Tests.Interop;

/// <summary>One of the programs of this folder, running. It does not outlive the test.</summary>
internal sealed class StockProgram : IAsyncDisposable
{
    private static readonly TimeSpan PatienceMax = TimeSpan.FromSeconds(60);

    private readonly Process _process;
    private readonly Channel<string> _lines = Channel.CreateUnbounded<string>();
    private readonly Task<string> _errors;

    private StockProgram(Process process)
    {
        _process = process;
        process.OutputDataReceived += (_, line) =>
        {
            if (line.Data is null)
            {
                _lines.Writer.TryComplete();
            }
            else
            {
                _lines.Writer.TryWrite(line.Data);
            }
        };
        process.Start();
        process.BeginOutputReadLine();
        _errors = process.StandardError.ReadToEndAsync(CancellationToken.None);
    }

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    /// <summary>Starts it, or skips the test where it cannot be.</summary>
    public static StockProgram Start(string program, params IEnumerable<string> arguments)
    {
        StockGrpc.Require();
        ProcessStartInfo start = new(StockGrpc.Node!, [Path.Combine(StockGrpc.Programs, program), .. arguments]) { Environment = { ["NODE_PATH"] = StockGrpc.Packages } };
        return Start(start);
    }

    /// <summary>Skips the test where a client of Redis is not, or fails it where everything has to run.</summary>
    /// <param name="client">"ioredis"; those of redis-py begin with "python".</param>
    public static void RequireRedis(string client)
    {
        if (IsPython(client))
        {
            StockPython.Require();
        }
        else
        {
            StockGrpc.Require();
        }
    }

    /// <summary>Runs one of the scenarios of redis-client.js or redis-client.py to its end, or skips the test where the client is not.</summary>
    /// <param name="port">Of a node's Redis protocol.</param>
    /// <returns>Everything it printed.</returns>
    public static async Task<string> RunRedisAsync(string port, string client, string scenario)
    {
        await using StockProgram running = IsPython(client)
            ? Start(new ProcessStartInfo(StockPython.Require(), [Path.Combine(StockGrpc.Programs, "redis-client.py"), port, client, scenario]))
            : Start("redis-client.js", port, client, scenario);
        return await running.EndAsync();
    }

    /// <summary>Starts one of Redis's own tools, or skips the test where it is not.</summary>
    /// <param name="tool">"redis-cli".</param>
    public static StockProgram StartTool(string tool, params IEnumerable<string> arguments)
    {
        return Start(new ProcessStartInfo(StockNeed.IsThere(tool), arguments));
    }

    /// <summary>Runs one of Redis's own tools to its end.</summary>
    /// <returns>Everything it printed.</returns>
    public static async Task<string> RunToolAsync(string tool, params IEnumerable<string> arguments)
    {
        await using StockProgram running = StartTool(tool, arguments);
        return await running.EndAsync();
    }

    /// <summary>Runs it to its end.</summary>
    /// <returns>Everything it printed.</returns>
    public static async Task<string> RunAsync(string program, params IEnumerable<string> arguments)
    {
        await using StockProgram running = Start(program, arguments);
        return await running.EndAsync();
    }

    /// <returns>The next line that it prints.</returns>
    public async Task<string> LineAsync()
    {
        try
        {
            return await _lines.Reader.ReadAsync(Cancellation).AsTask().WaitAsync(PatienceMax, Cancellation);
        }
        catch (Exception failure) when (failure is ChannelClosedException or TimeoutException)
        {
            throw new InvalidOperationException($"No line came, but {await DescribeAsync()}", failure);
        }
    }

    /// <summary>Lets it go on where it waits for a line.</summary>
    public async Task GoOnAsync()
    {
        await _process.StandardInput.WriteLineAsync("go on".AsMemory(), Cancellation);
        await _process.StandardInput.FlushAsync(Cancellation);
    }

    /// <returns>What it prints from here to its end.</returns>
    public async Task<string> EndAsync()
    {
        List<string> lines = [];
        try
        {
            await _process.WaitForExitAsync(Cancellation).WaitAsync(PatienceMax, Cancellation);
        }
        catch (TimeoutException failure)
        {
            throw new InvalidOperationException($"It has no end, but {await DescribeAsync()}", failure);
        }

        await foreach (string line in _lines.Reader.ReadAllAsync(Cancellation))
        {
            lines.Add(line);
        }

        Assert.True(_process.ExitCode == 0, $"It ended with {_process.ExitCode} after {string.Join(" | ", lines)}: {await _errors}");
        return string.Join('\n', lines);
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
        }

        await _process.WaitForExitAsync(CancellationToken.None);
        await _errors;
        _process.Dispose();
    }

    private static bool IsPython(string client) => client.StartsWith("python", StringComparison.Ordinal);

    private static StockProgram Start(ProcessStartInfo start)
    {
        start.RedirectStandardInput = true;
        start.RedirectStandardOutput = true;
        start.RedirectStandardError = true;
        return new StockProgram(new Process { StartInfo = start });
    }

    private async Task<string> DescribeAsync()
    {
        bool ended = _process.HasExited;
        if (!ended)
        {
            _process.Kill();
        }

        return $"{(ended ? $"it ended with {_process.ExitCode}" : "it ran until now")} and wrote: {await _errors}";
    }
}
