using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace KvStore.Tests.Simulation.Cluster;

/// <summary>What the gate was asked to do.</summary>
/// <param name="Seed">The first.</param>
/// <param name="Seeds">How many, one after the other.</param>
/// <param name="Trace">With one seed: print every step.</param>
/// <param name="Moves">In which seeds members change.</param>
internal sealed record ClusterGateOptions(ulong Seed, ulong Seeds, PlantedMistake Plant, bool Trace, MovesMode Moves)
{
    private const ulong SeedsMax = 10_000_000;

    /// <summary>What beside a seed repeats a run.</summary>
    public string ShapeArguments => (Plant.IsNone ? "" : $" --plant {Plant}") + (Moves switch { MovesMode.Always => " --moves", MovesMode.Many => " --many-moves", MovesMode.BackToBack => " --back-to-back", _ => "" });

    public static bool TryParse(ReadOnlySpan<string> args, [NotNullWhen(true)] out ClusterGateOptions? options)
    {
        options = null;
        ClusterGateOptions read = new(1, 1, PlantedMistake.None, Trace: false, MovesMode.Drawn);
        for (int i = 0; i < args.Length; i++)
        {
            string value = i + 1 < args.Length ? args[i + 1] : "";
            switch (args[i])
            {
                case "--seed" when ulong.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out ulong seed):
                    read = read with { Seed = seed };
                    i++;
                    break;
                case "--seeds" when ulong.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out ulong seeds) && seeds is > 0 and <= SeedsMax:
                    read = read with { Seeds = seeds };
                    i++;
                    break;
                case "--plant" when PlantedMistake.TryParse(value, out PlantedMistake plant):
                    read = read with { Plant = plant };
                    i++;
                    break;
                case "--moves":
                    read = read with { Moves = MovesMode.Always };
                    break;
                case "--many-moves":
                    read = read with { Moves = MovesMode.Many };
                    break;
                case "--back-to-back":
                    read = read with { Moves = MovesMode.BackToBack };
                    break;
                case "--trace":
                    read = read with { Trace = true };
                    break;
                default:
                    return false;
            }
        }

        options = read;
        return true;
    }
}
