using KvStore.Node.Registers;

namespace KvStore.Tests.Simulation.Cluster;

/// <summary>
/// Seeds that found a planted mistake, so that the gate finds it again at once. A seed means another run when the product or
/// the workload changes; <c>simulate plants --seeds 5000</c> then says which to keep instead.
/// </summary>
internal static class KeptSeeds
{
    private static readonly Dictionary<PlantedMistake, ulong> Seeds = new()
    {
        [ProtocolFlaw.PrepareSkipped] = 1,
    };

    public static ulong? SeedOf(PlantedMistake mistake) => Seeds.TryGetValue(mistake, out ulong seed) ? seed : null;
}
