namespace KvStore.Tests.Simulation.Cluster;

/// <summary>What kind of cluster and day a seed draws.</summary>
/// <param name="Members">3 to 5.</param>
/// <param name="Lanes">Of each member.</param>
/// <param name="Operations">Client operations in all.</param>
/// <param name="Clients">Concurrent clients.</param>
/// <param name="Keys">Keys they meet on.</param>
/// <param name="DiskReadRate">Reads, of 1, that need the disk.</param>
/// <param name="LossRate">Packets lost, of 1, while faults last.</param>
/// <param name="FaultEvery">Mean time between faults.</param>
internal sealed record ClusterShape(
    int Members, int Lanes, int Operations, int Clients, int Keys, double DiskReadRate, double LossRate, TimeSpan FaultEvery)
{
    public const int Replication = 3;

    public static ClusterShape Draw(Random random) => new(
        Members: random.Next(3, 6),
        Lanes: random.Next(1, 4),
        Operations: 120,
        Clients: random.Next(3, 9),
        Keys: random.Next(1, 5),
        DiskReadRate: random.Next(2) == 0 ? 0 : 0.1,
        LossRate: random.Next(3) == 0 ? 0 : random.NextDouble() * 0.05,
        FaultEvery: TimeSpan.FromMilliseconds(random.Next(60, 700)));
}
