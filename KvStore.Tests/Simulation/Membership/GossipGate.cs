using KvStore.Node.Membership;

namespace KvStore.Tests.Simulation.Membership;

/// <summary><c>simulate gossip</c>: runs every scenario of failure detection under seeds. Ends with 1 if one went wrong.</summary>
internal static class GossipGate
{
    private const int ViolationsShownMax = 3;

    public static readonly IReadOnlyDictionary<string, Func<ulong, DetectorPlant, string?>> Scenarios =
        new SortedDictionary<string, Func<ulong, DetectorPlant, string?>>(StringComparer.Ordinal)
        {
            ["calm"] = GossipScenario.Calm,
            ["crash"] = GossipScenario.Crash,
            ["deaf"] = GossipScenario.Deaf,
            ["flapping"] = GossipScenario.Flapping,
            ["loss"] = GossipScenario.Loss,
            ["partition"] = GossipScenario.Partition,
            ["pause"] = GossipScenario.Pause,
        };

    public static int Run(ulong seed, ulong seeds, TextWriter output)
    {
        int violations = 0;
        foreach ((string name, Func<ulong, DetectorPlant, string?> scenario) in Scenarios)
        {
            int found = 0;
            for (ulong i = 0; i < seeds; i++)
            {
                if (scenario(seed + i, DetectorPlant.None) is { } violation && found++ < ViolationsShownMax)
                {
                    output.WriteLine(violation);
                }
            }

            output.WriteLine($"{name,-12}{seeds} seeds, {found} violations");
            violations += found;
        }

        return violations == 0 ? 0 : 1;
    }
}
