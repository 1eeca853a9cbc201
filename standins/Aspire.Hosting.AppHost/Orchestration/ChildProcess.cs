using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;

namespace Aspire.Hosting.Orchestration;

/// <summary>
/// A process that does not outlive this one, whatever ends it.
///
/// On Unix the program is started through a shell that leaves a watchdog behind and then becomes the program (the process id is the
/// program's own). The watchdog reads a pipe whose other end only this process holds. A line means that the program has ended; the end of
/// the pipe means that this process is gone, and the watchdog kills the program. Either way it kills what is left of the program's process
/// group, which it is in itself, so that the group's number cannot have passed to others. Where setsid is missing there is no such group.
/// A parent-death signal would not do: it fires when the starting thread ends, and exists on Linux only.
/// On Windows a job object does the same.
/// </summary>
internal sealed class ChildProcess : IDisposable
{
    private const int SignalTerminate = 15;
    private static readonly TimeSpan LastLinesTime = TimeSpan.FromSeconds(2);

    private const string OddVariablePrefix = "ASPIRE_VARIABLE_";

    // The watchdog is a shell of its own, so that nobody who looks for the program by its command line kills the watchdog; signals
    // ignored before "exec" stay ignored. $$ stays the program's id within the subshell. A shell need not hand on variables whose names
    // it cannot use itself (services__my-node__http__0), so those come under numbered names and "env" sets them; as arguments of the
    // shell they would be seen by "ps".
    private const string Script = $$"""
        exec 3<&0 </dev/null
        (
          trap '' INT TERM HUP QUIT
          exec /bin/sh -c 'read -r _ <&3 || kill -KILL $1; kill -KILL -$1' watchdog $$
        ) >/dev/null 2>&1 &
        exec 3<&-
        aspire_n=0
        while eval "aspire_v=\${{{OddVariablePrefix}}$aspire_n-}"; [ -n "$aspire_v" ]; do
          unset {{OddVariablePrefix}}$aspire_n
          set -- "$aspire_v" "$@"
          aspire_n=$((aspire_n+1))
        done
        [ $aspire_n -eq 0 ] || set -- env "$@"
        unset aspire_n aspire_v
        exec "$@"
        """;

    private static readonly string? SetSid = new[] { "/usr/bin/setsid", "/bin/setsid" }.FirstOrDefault(File.Exists);

    private readonly Process _process;
    private readonly Task _lines;

    private ChildProcess(Process process, Action<string, bool> line)
    {
        _process = process;
        Id = process.Id;
        _lines = Task.WhenAll(ReadAsync(process.StandardOutput, isError: false), ReadAsync(process.StandardError, isError: true));
        Exited = WaitAsync();

        async Task ReadAsync(StreamReader reader, bool isError)
        {
            while (await reader.ReadLineAsync() is { } text)
            {
                line(text, isError);
            }
        }
    }

    public int Id { get; }

    /// <summary>The exit code, once the process has ended and its last lines were read; 128 and the signal's number if a signal ended it.</summary>
    public Task<int> Exited { get; }

    public bool HasExited => Exited.IsCompleted || _process.HasExited || (OperatingSystem.IsLinux() && HasEnded(Id));

    /// <param name="plan">What to start.</param>
    /// <param name="line">Called with every line of output: text, whether it is an error.</param>
    /// <exception cref="DistributedApplicationException">The program cannot be started.</exception>
    public static ChildProcess Start(LaunchPlan plan, Action<string, bool> line)
    {
        var start = new ProcessStartInfo
        {
            WorkingDirectory = plan.WorkingDirectory,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
            CreateNoWindow = true,
        };
        start.Environment.Clear();
        var odd = 0;
        foreach (var (name, value) in plan.Environment)
        {
            if (OperatingSystem.IsWindows() || IsIdentifier(name))
            {
                start.Environment[name] = value;
            }
            else
            {
                start.Environment[string.Create(CultureInfo.InvariantCulture, $"{OddVariablePrefix}{odd++}")] = $"{name}={value}";
            }
        }
        AddCommand(start, plan);
        try
        {
            var process = new Process { StartInfo = start };
            process.Start();
            if (OperatingSystem.IsWindows())
            {
                process.StandardInput.Close();
                WindowsJob.Add(process);
            }
            return new ChildProcess(process, line);
        }
        catch (Win32Exception e)
        {
            throw new DistributedApplicationException($"{plan.FileName} cannot be started: {e.Message}", e);
        }
    }

    /// <summary>Asks the process to end, and kills it and what it started when it has not done so in time.</summary>
    public async Task StopAsync(TimeSpan time)
    {
        if (HasExited)
        {
            await Exited;
            return;
        }
        if (!OperatingSystem.IsWindows() && SendSignal(Id, SignalTerminate) == 0)
        {
            try
            {
                await Exited.WaitAsync(time);
                return;
            }
            catch (TimeoutException)
            {
                // It had its time.
            }
        }
        _process.Kill(entireProcessTree: true);
        await Exited;
    }

    public void Dispose() => _process.Dispose();

    [DllImport("libc", EntryPoint = "kill", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int SendSignal(int processId, int signal);

    [DllImport("libc", EntryPoint = "waitid", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int WaitId(int kind, int id, [In, Out] int[] signalInformation, int options);

    /// <summary>Asks the system itself: the runtime hears of the end of a child a moment later, from a signal.</summary>
    private static bool HasEnded(int processId)
    {
        const int OneProcess = 1;
        const int DoNotWait = 1;
        const int Ended = 4;
        const int LeaveItThere = 0x0100_0000;
        var signalInformation = new int[32];
        // Filled in if there is something to tell; an error means that the end was heard of meanwhile.
        return WaitId(OneProcess, processId, signalInformation, DoNotWait | Ended | LeaveItThere) != 0 || signalInformation[0] != 0;
    }

    private static void AddCommand(ProcessStartInfo start, LaunchPlan plan)
    {
        var command = new List<string>();
        if (!OperatingSystem.IsWindows())
        {
            if (SetSid is not null)
            {
                command.Add(SetSid);
            }
            command.AddRange(["/bin/sh", "-c", Script, "sh"]);
        }
        command.Add(plan.FileName);
        command.AddRange(plan.Arguments);

        start.FileName = command[0];
        foreach (var argument in command.Skip(1))
        {
            start.ArgumentList.Add(argument);
        }
    }

    private static bool IsIdentifier(string name) =>
        name.Length > 0 && !char.IsAsciiDigit(name[0]) && name.All(c => char.IsAsciiLetterOrDigit(c) || c == '_');

    private async Task<int> WaitAsync()
    {
        await _process.WaitForExitAsync();
        if (!OperatingSystem.IsWindows())
        {
            await ReleaseWatchdogAsync();
        }
        // What the program started may still hold its output open.
        await Task.WhenAny(_lines, Task.Delay(LastLinesTime));
        return _process.ExitCode;
    }

    private async Task ReleaseWatchdogAsync()
    {
        try
        {
            await _process.StandardInput.WriteLineAsync("ended");
            await _process.StandardInput.FlushAsync();
            _process.StandardInput.Close();
        }
        catch (IOException)
        {
            // The watchdog is gone as well, so there is nobody to tell.
        }
    }
}
