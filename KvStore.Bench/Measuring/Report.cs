using System.Globalization;
using System.Runtime.InteropServices;

namespace KvStore.Bench.Measuring;

/// <summary>What a bench prints: the command, the machine, and tables of right-aligned columns.</summary>
internal static class Report
{
    private const string LoadPath = "/proc/loadavg";

    /// <summary>The command as it can be run again, and what it ran on.</summary>
    public static void Begin(string command)
    {
        string load = File.Exists(LoadPath) ? $", load {File.ReadAllText(LoadPath).Split(' ')[0]} before" : "";
        Console.WriteLine($"$ kvstore-bench {command}");
        Console.WriteLine($"{Environment.ProcessorCount} cores{load}, {RuntimeInformation.FrameworkDescription}, {RuntimeInformation.OSDescription}");
    }

    public static void Table(IReadOnlyList<string> heads, IReadOnlyList<IReadOnlyList<string>> rows)
    {
        int[] widths = [.. heads.Select((head, column) => rows.Select(row => row[column].Length).Append(head.Length).Max())];
        Console.WriteLine();
        foreach (IReadOnlyList<string> row in rows.Prepend(heads))
        {
            Console.WriteLine(string.Join("  ", row.Select((cell, column) => column == 0 ? cell.PadRight(widths[column]) : cell.PadLeft(widths[column]))));
        }
    }

    public static string Count(double value) => value.ToString("N0", CultureInfo.InvariantCulture);

    public static string Ratio(double value) => value.ToString("0.00", CultureInfo.InvariantCulture);

    public static string Mebibytes(long bytes) => (bytes / (double)(1 << 20)).ToString("0.0", CultureInfo.InvariantCulture);

    public static string Milliseconds(TimeSpan time) => time.TotalMilliseconds.ToString("0.00", CultureInfo.InvariantCulture);

    public static string Microseconds(TimeSpan time) => time.TotalMicroseconds.ToString("0.0", CultureInfo.InvariantCulture);
}
