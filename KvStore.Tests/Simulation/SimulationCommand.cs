using System.Globalization;
using KvStore.Tests.Simulation.Cluster;
using KvStore.Tests.Simulation.Elections;
using KvStore.Tests.Simulation.Membership;
using KvStore.Tests.Simulation.StartUp;
using KvStore.Tests.Simulation.Toy;

namespace KvStore.Tests.Simulation;

/// <summary>
/// Runs simulations by command instead of tests: <c>simulate [PROGRAM] [--seed S] [--seeds N]</c>. The cluster prints
/// what it did and the oracles found; the other programs print one line a seed. The same seed prints the same on every run,
/// or the program has left the simulation.
/// </summary>
internal static class SimulationCommand
{
    public const string Name = "simulate";

    private const int SeedsMax = 100_000_000;

    private const string Usage =
        """
        simulate [PROGRAM] [--seed S] [--seeds N] [--trace]
          cluster   the product's members under crashes, loss, pauses and clock jumps, with clients and oracles (the
                    default); --plant NAME makes a mistake on purpose, which must be found
          changes   the same, with one change of members right after the other, until --count N (10,000) were made
          plants    every mistake on purpose, one after the other; ends with how many were found
          gossip    failure detection in every scenario it has
          elections members that propose topologies against each other while machines crash
          startup   empty machines with seeds that become a cluster and change it, under every fault
          startup-plants  every mistake at the start of a node on purpose; which seed finds it
          detection a table of how long a crash takes to be noticed, for 3 to 500 members; --seeds N crashes each;
                    and one of how often the living are suspected while some get a tenth of a CPU
          toy       five members that use everything the simulation has
          PROGRAM may also be one of the constructs that cannot be simulated, to see what becomes of it:
        """;

    public static int Run(ReadOnlySpan<string> args, TextWriter output, TextWriter errors)
    {
        var program = args is [[not '-', ..], ..] ? args[0] : ClusterGate.Name;
        var options = args is [[not '-', ..], ..] ? args[1..] : args;
        if (program == ClusterGate.Name)
        {
            return ClusterGate.Run(options, output, errors);
        }

        if (program == ChangesGate.Name)
        {
            return ChangesGate.Run(options, output, errors);
        }

        if (program == PlantGate.Name)
        {
            return PlantGate.Run(options, output, errors);
        }

        if (!TryParse(options, out var seed, out var seeds, out var trace))
        {
            errors.WriteLine(Usage);
            errors.WriteLine("            " + string.Join(' ', UnsimulatedPrograms.Names));
            return 2;
        }

        switch (program)
        {
            case "gossip":
                return GossipGate.Run(seed, seeds, output);
            case "elections":
                return ElectionGate.Run(seed, seeds, trace, output);
            case "startup":
                return StartGate.Run(seed, seeds, trace, output);
            case "startup-plants":
                return StartGate.Hunt(seed, seeds, output);
            case "detection":
                DetectionTable.Write(output, seed, (int)Math.Min(seeds, int.MaxValue));
                StarvationTable.Write(output, seed);
                return 0;
            default:
                return RunPrograms(program, seed, seeds, trace, output, errors);
        }
    }

    private static int RunPrograms(string program, ulong seed, ulong seeds, bool trace, TextWriter output, TextWriter errors)
    {
        for (ulong i = 0; i < seeds; i++)
        {
            if (program == "toy")
            {
                output.WriteLine(ToyRun.Play(seed + i, trace ? output.WriteLine : null));
            }
            else if (UnsimulatedPrograms.Names.Contains(program))
            {
                output.WriteLine(UnsimulatedPrograms.Play(program, seed + i));
            }
            else
            {
                errors.WriteLine($"There is no program '{program}' to simulate.");
                return 2;
            }
        }

        return 0;
    }

    private static bool TryParse(ReadOnlySpan<string> args, out ulong seed, out ulong seeds, out bool trace)
    {
        seed = 1;
        seeds = 1;
        trace = false;
        for (var i = 0; i < args.Length; i++)
        {
            var value = i + 1 < args.Length ? args[i + 1] : "";
            switch (args[i])
            {
                case "--seed" when ulong.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out seed):
                    i++;
                    break;
                case "--seeds" when ulong.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out seeds) && seeds is > 0 and <= SeedsMax:
                    i++;
                    break;
                case "--trace":
                    trace = true;
                    break;
                default:
                    return false;
            }
        }

        return true;
    }
}
