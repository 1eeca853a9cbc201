using System.Diagnostics;

namespace KvStore.Bench.Measuring;

/// <summary>What this process has computed since a moment: only the bench's own work may be under way.</summary>
internal sealed class CpuTime
{
    private readonly TimeSpan _before = Now();

    /// <summary>Microseconds of CPU for each of so many things done.</summary>
    public double MicrosecondsEach(double count) => count > 0 ? (Now() - _before).TotalMicroseconds / count : 0;

    private static TimeSpan Now()
    {
        using Process self = Process.GetCurrentProcess();
        return self.TotalProcessorTime;
    }
}
