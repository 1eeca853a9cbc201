using System.Globalization;
using KvStore.Tests.Simulation.Scenarios;

namespace KvStore.Tests.Simulation.Cluster;

/// <summary>
/// <c>simulate plants [--seeds N] [--plant NAME]</c>: plants every mistake, one after the other, and looks for a seed that
/// finds it: first the one that did before (<see cref="KeptSeeds"/>), then up to N others. Ends with 1 if one survives, or if
/// a directed scenario finds something where nothing is wrong.
/// </summary>
internal static class PlantGate
{
    public const string Name = "plants";

    public static int Run(ReadOnlySpan<string> args, TextWriter output, TextWriter errors)
    {
        if (!ClusterGateOptions.TryParse(args, out ClusterGateOptions? options) || options.Trace)
        {
            errors.WriteLine("simulate plants [--seed S] [--seeds N] [--plant NAME]");
            return 2;
        }

        PlantedMistake[] mistakes = [.. PlantedMistake.All.Where(mistake => options.Plant.IsNone || mistake == options.Plant)];
        int caught = 0;
        foreach (PlantedMistake mistake in mistakes)
        {
            (string? found, string by) = Hunt(mistake, options.Seed, options.Seeds);
            caught += found is null ? 0 : 1;
            string first = found?.Split('\n')[0] ?? "SURVIVED";
            output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{mistake,-26} {by,-24} {first}"));
        }

        string[] alarms = [.. DirectedScenarios.FalseAlarms()];
        foreach (string alarm in alarms)
        {
            output.WriteLine($"A directed scenario finds something where nothing is wrong: {alarm}");
        }

        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"caught {caught} of {mistakes.Length} planted mistakes"));
        return caught == mistakes.Length && alarms.Length == 0 ? 0 : 1;
    }

    /// <returns>What was found, null if nothing; and where.</returns>
    public static (string? Found, string By) Hunt(PlantedMistake mistake, ulong first, ulong seeds)
    {
        if (DirectedScenarios.Run(mistake.Within) is { } directed)
        {
            return (directed, "directed scenario");
        }

        ulong? kept = KeptSeeds.SeedOf(mistake);
        if (kept is { } known && FoundAt(known, mistake) is { } again)
        {
            return (again, string.Create(CultureInfo.InvariantCulture, $"seed {known}, kept"));
        }

        for (ulong i = 0; i < seeds; i++)
        {
            if (first + i != kept && FoundAt(first + i, mistake) is { } found)
            {
                return (found, string.Create(CultureInfo.InvariantCulture, $"seed {first + i}"));
            }
        }

        return (null, string.Create(CultureInfo.InvariantCulture, $"none of {seeds} seeds"));
    }

    /// <summary>Not what a mistake of membership does to its own progress: it must be shown by what it does to data.</summary>
    private static string? FoundAt(ulong seed, PlantedMistake mistake) =>
        ClusterRun.Execute(seed, mistake).Violation is { } found && !(mistake.IsOfTopology && found.Contains(ClusterRun.Unended, StringComparison.Ordinal)) ? found : null;
}
