using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net.Http;
using KvStore.Node;
using KvStore.Web.Cluster;

namespace KvStore.Tests.Cluster;

/// <summary>A node, or the page, started by hand, from the command line as it were. It does not outlive the test.</summary>
internal sealed class NodeProcess : IAsyncDisposable
{
    /// <summary>Names the program of a published node, to be started instead of the one beside the tests.</summary>
    private const string Published = "KVSTORE_NODE";

    private readonly Process _process;
    private readonly ConcurrentQueue<string> _output = new();
    private readonly ConcurrentQueue<string> _errors = new();

    private NodeProcess(Process process)
    {
        _process = process;
        process.OutputDataReceived += (_, line) => Keep(_output, line.Data);
        process.ErrorDataReceived += (_, line) => Keep(_errors, line.Data);
        process.Start();
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
    }

    public int Id => _process.Id;

    /// <param name="settings">Names below KvStore, with colons, and their values.</param>
    public static NodeProcess Start(params IEnumerable<(string Name, string Value)> settings) => StartWith([], settings);

    /// <param name="arguments">Of the command line.</param>
    /// <param name="settings">Names below KvStore, with colons, and their values.</param>
    public static NodeProcess StartWith(IEnumerable<string> arguments, IEnumerable<(string Name, string Value)> settings) =>
        StartProgram(typeof(NodeOptions), arguments, settings);

    /// <summary>Starts a page without an AppHost.</summary>
    /// <param name="nodes">Where the nodes that it watches speak gRPC.</param>
    public static NodeProcess StartPage(Uri address, IEnumerable<Uri> nodes) => StartProgram(
        typeof(ClusterSnapshot), ["--urls", address.ToString()], nodes.Select((node, index) => ($"Nodes:{index}", node.ToString())));

    private static NodeProcess StartProgram(Type of, IEnumerable<string> arguments, IEnumerable<(string Name, string Value)> settings)
    {
        // Beside the tests lies a copy of the program; the host is the one that runs the tests.
        string program = of == typeof(NodeOptions) ? NodeProgram() : of.Assembly.Location;
        bool isNative = Path.GetExtension(program) != ".dll";
        string host = Environment.ProcessPath is { } path && Path.GetFileNameWithoutExtension(path) == "dotnet" ? path : "dotnet";
        ProcessStartInfo start = new(isNative ? program : host)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = Path.GetTempPath(),
        };
        foreach (string argument in isNative ? arguments : arguments.Prepend(program))
        {
            start.ArgumentList.Add(argument);
        }

        foreach ((string name, string value) in settings)
        {
            start.Environment[$"KvStore__{name.Replace(":", "__", StringComparison.Ordinal)}"] = value;
        }

        return new NodeProcess(new Process { StartInfo = start });
    }

    /// <summary>Waits for the end that the node comes to by itself.</summary>
    /// <returns>The exit code and what it wrote to its error stream.</returns>
    public async Task<(int ExitCode, string[] Errors)> EndAsync(string phase, CancellationToken cancellationToken) =>
        await Eventually.EndsAsync(
            phase,
            "a node that has ended",
            async limit =>
            {
                await _process.WaitForExitAsync(limit);
                return (_process.ExitCode, _errors.ToArray());
            },
            () => Task.FromResult(Describe()),
            cancellationToken);

    /// <summary>Waits until the node says that it is healthy.</summary>
    public async Task WaitUntilHealthyAsync(string phase, int httpPort, CancellationToken cancellationToken)
    {
        using HttpClient client = new() { BaseAddress = new Uri($"http://127.0.0.1:{httpPort}") };
        await Eventually.IsAsync(
            phase,
            "200",
            async limit =>
            {
                FailIfEnded(phase);
                using HttpResponseMessage response = await client.GetAsync("/health", limit);
                return $"{(int)response.StatusCode}";
            },
            cancellationToken);
    }

    /// <exception cref="InvalidOperationException">It has ended by itself; the message has what it wrote.</exception>
    public void FailIfEnded(string phase)
    {
        if (_process.HasExited)
        {
            throw new InvalidOperationException($"{phase}: {Describe()}");
        }
    }

    /// <summary>kill -9, and waits for the end.</summary>
    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
        }

        await _process.WaitForExitAsync(CancellationToken.None);
        _process.Dispose();
    }

    /// <exception cref="FileNotFoundException">The variable names no file.</exception>
    private static string NodeProgram() => Environment.GetEnvironmentVariable(Published) is not { Length: > 0 } published ? typeof(NodeOptions).Assembly.Location
        : File.Exists(published) ? Path.GetFullPath(published)
        : throw new FileNotFoundException($"{Published} is {published}, and there is no such file. It names the program of a node that was published: kvstore-node.dll, or kvstore-node if it is native.");

    private string Describe() =>
        $"{(_process.HasExited ? $"it ended with exit code {_process.ExitCode}" : "it runs")} and wrote: {string.Join(Environment.NewLine, _output.Concat(_errors))}";

    private static void Keep(ConcurrentQueue<string> lines, string? line)
    {
        if (line is not null)
        {
            lines.Enqueue(line);
        }
    }
}
