using System.Globalization;

namespace KvStore.Tests.Simulation.Cluster;

/// <summary>
/// <c>simulate changes [--count N] [--seed S]</c>: runs seeds of <see cref="MovesMode.BackToBack"/>, one after the other, until so
/// many changes of members were completed. Ends with 1 if a seed violated an oracle.
/// </summary>
internal static class ChangesGate
{
    public const string Name = "changes";

    private const int CountMax = 10_000_000;

    /// <summary>A seed completes some dozens; one that completes fewer than this on average is none that changes members.</summary>
    private const int ChangesPerSeedLeast = 10;

    public static int Run(ReadOnlySpan<string> args, TextWriter output, TextWriter errors)
    {
        if (!TryParse(args, out int count, out ulong seed))
        {
            errors.WriteLine("simulate changes [--count N] [--seed S]");
            return 2;
        }

        ClusterGateOptions options = new(seed, 0, PlantedMistake.None, Trace: false, MovesMode.BackToBack);
        List<ClusterReport> reports = [];
        for (int completed = 0; completed < count; completed += reports[^1].ChangesCompleted)
        {
            if (reports.Count > 10 && completed < reports.Count * ChangesPerSeedLeast)
            {
                output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{reports.Count} seeds completed {completed} changes only."));
                return 1;
            }

            reports.Add(ClusterRun.Execute(seed + (ulong)reports.Count, moves: options.Moves));
        }

        return ClusterGate.Judge(reports, options, output);
    }

    private static bool TryParse(ReadOnlySpan<string> args, out int count, out ulong seed)
    {
        count = 10_000;
        seed = 1;
        for (int i = 0; i < args.Length; i += 2)
        {
            string value = i + 1 < args.Length ? args[i + 1] : "";
            bool isRead = args[i] switch
            {
                "--count" => int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out count) && count is > 0 and <= CountMax,
                "--seed" => ulong.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out seed),
                _ => false,
            };
            if (!isRead)
            {
                return false;
            }
        }

        return true;
    }
}
