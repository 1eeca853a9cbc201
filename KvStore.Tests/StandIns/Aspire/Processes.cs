using System.Diagnostics;
using Xunit;

namespace KvStore.Tests.StandIns.Aspire;

/// <summary>Processes by their id.</summary>
internal static class Processes
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    // The end of a process that is nobody's here is only seen by looking.
    private static readonly TimeSpan LookInterval = TimeSpan.FromMilliseconds(20);

    /// <summary>kill -9.</summary>
    public static void Kill(int id)
    {
        using var process = Process.GetProcessById(id);
        process.Kill();
    }

    /// <summary>Waits until there is no such process, or only what is left of one that nobody has asked about.</summary>
    public static Task GoneAsync(string what, int id, CancellationToken cancellationToken) =>
        LookUntilAsync(() => !IsAlive(id), () => $"{what}: process {id} is still there", cancellationToken);

    /// <summary>Waits for what nobody tells of.</summary>
    public static async Task LookUntilAsync(Func<bool> holds, Func<string> actual, CancellationToken cancellationToken)
    {
        var deadline = Stopwatch.StartNew();
        while (!holds())
        {
            Assert.True(deadline.Elapsed < Patience, $"{actual()} after {Patience.TotalSeconds} s.");
            await Task.Delay(LookInterval, TimeProvider.System, cancellationToken);
        }
    }

    public static bool IsAlive(int id)
    {
        try
        {
            // "Z" is a zombie: ended, and not yet reaped by whoever inherited it.
            var stat = File.ReadAllText($"/proc/{id}/stat");
            return stat[(stat.LastIndexOf(')') + 2)..][0] is not ('Z' or 'X');
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }
}
