using KvStore.Node.Registers;

namespace KvStore.Tests.Simulation.Cluster;

/// <summary>What kind of cluster and day a seed draws.</summary>
/// <param name="Members">3 to 5.</param>
/// <param name="Lanes">Of each member until it is started again.</param>
/// <param name="Operations">Client operations in all, at least; those after healing come on top.</param>
/// <param name="Clients">Concurrent clients.</param>
/// <param name="BurstMax">Operations that a client has in flight, at most.</param>
/// <param name="Keys">Keys they meet on.</param>
/// <param name="Loyalty">How often, of 1, a client goes to the member that its key's clients prefer: the rest of the time members duel.</param>
/// <param name="UsesLevelOne">Whether some writes are at level one.</param>
/// <param name="DiskReadRate">Reads, of 1, that need the disk.</param>
/// <param name="LossRate">Packets lost, of 1, while faults last.</param>
/// <param name="FaultEvery">Mean time between faults.</param>
/// <param name="SharesSlot">Whether all keys are of one slot, and so share its floor.</param>
/// <param name="CompareInterval">How often members compare themselves and look for tombstones.</param>
/// <param name="Protocol">The choices that the rules leave open.</param>
internal sealed record ClusterShape(
    int Members,
    int Lanes,
    int Operations,
    int Clients,
    int BurstMax,
    int Keys,
    double Loyalty,
    bool UsesLevelOne,
    double DiskReadRate,
    double LossRate,
    TimeSpan FaultEvery,
    ProtocolSettings Protocol,
    bool SharesSlot,
    TimeSpan CompareInterval)
{
    /// <summary>Members that stay, whatever changes.</summary>
    public const int MembersLeast = 3;

    /// <summary>Lanes of a member, at most.</summary>
    public const int LanesMax = 3;

    private const int SoleOwnersEvery = 8;
    private const int BatchesEvery = 3;

    /// <summary>Of <see cref="MovesMode.Many"/>: a machine joins once, so changes end when none is left to join and only three members stay.</summary>
    private const int SparesOfMany = 14;

    private const int OperationsOfMany = 600;

    private const int ChangesBackToBack = 60;

    /// <summary>A change has somewhat less than one machine join.</summary>
    private const int SparesBackToBack = 66;

    /// <summary>Owners of a slot: 3, or 1 in the seeds that show what a key's only owner does alone.</summary>
    public int Replication { get; init; } = 3;

    /// <summary>Whether clients also submit reads and puts together: in seeds without a mistake, and with one of only owners.</summary>
    public bool UsesBatches { get; init; }

    /// <summary>Machines that may join, where members change.</summary>
    public int Spares { get; init; } = 3;

    /// <summary>Whether members change while clients and faults go on.</summary>
    public bool Moves { get; init; }

    /// <summary>Changes of members until the clients may end; 0 where they end after so many operations.</summary>
    public int Changes { get; init; }

    /// <summary>Members at most, where members change.</summary>
    public int MembersMost { get; init; } = int.MaxValue;

    /// <summary>Of a client between two bursts, at most: mostly an eighth of it.</summary>
    public TimeSpan PauseMax { get; init; } = TimeSpan.FromMilliseconds(60);

    /// <summary>Between two looks at whether members shall change.</summary>
    public TimeSpan ChangeEvery { get; init; }

    /// <summary>Of the looks at a change that is under way, one in so many gives it up: most changes take some looks, and are to be completed.</summary>
    public int GivenUpOfLooks { get; init; } = 64;

    /// <summary>Mean time between two machines being told of what was decided.</summary>
    public TimeSpan TellEvery { get; init; } = TimeSpan.FromMilliseconds(75);

    /// <summary>Between two looks of a member at whether anything has to move.</summary>
    public TimeSpan TransferLook { get; init; } = TimeSpan.FromMilliseconds(200);

    /// <summary>Records in a page of a transfer, at most: few, and there are many pages.</summary>
    public int TransferPageMax { get; init; } = 1_024;

    public int Machines => Members + (Moves ? Spares : 0);

    public static ClusterShape Draw(Random random) => new(
        Members: random.Next(3, 6),
        Lanes: random.Next(1, LanesMax + 1),
        Operations: 400,
        Clients: random.Next(3, 9),
        BurstMax: random.Next(3) == 0 ? 1 : random.Next(4, 24),
        Keys: random.Next(1, 5),
        Loyalty: random.Next(4) switch { 0 => 0, 1 => 0.5, 2 => 0.8, _ => 0.97 },
        UsesLevelOne: random.Next(3) == 0,
        DiskReadRate: random.Next(2) == 0 ? 0 : 0.1,
        LossRate: random.Next(3) == 0 ? 0 : random.NextDouble() * 0.05,
        FaultEvery: TimeSpan.FromMilliseconds(random.Next(100, 1_200)),
        Protocol: DrawProtocol(random),
        SharesSlot: random.Next(2) == 0,
        CompareInterval: TimeSpan.FromMilliseconds(random.Next(2) == 0 ? 300 : 2_000));

    /// <summary>The same day, with members that change: drawn from a stream of its own, so that seeds without are as they were.</summary>
    public ClusterShape WithMoves(Random random, MovesMode mode)
    {
        ClusterShape drawn = this with
        {
            Moves = random.Next(3) == 0 || mode != MovesMode.Drawn,
            ChangeEvery = TimeSpan.FromMilliseconds(random.Next(50, 800)),
            TransferPageMax = random.Next(2) == 0 ? 2 : 1_024,
            TellEvery = TimeSpan.FromMilliseconds(random.Next(2) == 0 ? 75 : 600),
        };
        return mode switch
        {
            MovesMode.Many => drawn with
            {
                Spares = SparesOfMany,
                Operations = OperationsOfMany,
                ChangeEvery = drawn.ChangeEvery / 8,
                TellEvery = drawn.TellEvery / 15,
                GivenUpOfLooks = 512,
                TransferLook = TimeSpan.FromMilliseconds(50),
            },
            MovesMode.BackToBack => drawn with
            {
                Members = Math.Min(Members, MembersLeast + 1),
                MembersMost = MembersLeast + 1,
                Spares = SparesBackToBack,
                Changes = ChangesBackToBack,
                Clients = Math.Min(Clients, 3),
                BurstMax = Math.Min(BurstMax, 8),
                PauseMax = TimeSpan.FromMilliseconds(1_500),
                CompareInterval = TimeSpan.FromSeconds(3),
                LossRate = LossRate / 10, // of what is said of every slot some would be lost, and asked for again, in most changes
                FaultEvery = FaultEvery * 3,
                ChangeEvery = TimeSpan.FromMilliseconds(40),
                TellEvery = TimeSpan.FromMilliseconds(5),
                GivenUpOfLooks = 512,
                TransferLook = TimeSpan.FromMilliseconds(100),
            },
            _ => drawn,
        };
    }

    /// <summary>The same day with keys of one owner each: of seeds without a mistake one in so many, of those with a mistake of only owners every one. Level one then asks for no less than the others.</summary>
    public ClusterShape WithSoleOwners(Random random, PlantedMistake plant)
    {
        bool isSole = plant.IsOfSoleOwners || (plant.IsNone && random.Next(SoleOwnersEvery) == 0);
        ClusterShape shape = isSole ? this with { Replication = 1, UsesLevelOne = false } : this;
        return shape with { UsesBatches = plant.IsOfSoleOwners || (plant.IsNone && random.Next(BatchesEvery) == 0) };
    }

    private static ProtocolSettings DrawProtocol(Random random) => new()
    {
        VectorEntriesMax = random.Next(2) == 0 ? AppliedVector.EntriesMax : 2,
        NextDeclineRate = random.Next(2) == 0 ? 0 : 0.25,
        NextAheadMilliseconds = random.Next(4) switch { 0 => 0, 1 => 5, 2 => 300, _ => 5_000 },
        HandsOver = random.Next(2) == 0,
        PreparesAtBest = random.Next(4) != 0,
    };
}
