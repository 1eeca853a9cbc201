namespace KvStore.Tests.Simulation;

/// <summary>How frames travel. May be replaced in the middle of a run.</summary>
internal sealed record NetworkConditions
{
    /// <summary>A good data centre: little delay, nothing lost.</summary>
    public static readonly NetworkConditions Calm = new();

    /// <summary>The least a frame takes.</summary>
    public TimeSpan DelayMin { get; init; } = TimeSpan.FromMicroseconds(50);

    /// <summary>What is added, uniformly, before the tail.</summary>
    public TimeSpan DelaySpread { get; init; } = TimeSpan.FromMicroseconds(200);

    /// <summary>The heavy tail: half of all frames double their delay once, half of those once more, at most this often.</summary>
    public int DoublingsMax { get; init; } = 3;

    public double LossRate { get; init; }

    public double DuplicationRate { get; init; }

    /// <summary>How many frames arrive with one or three bits flipped.</summary>
    public double CorruptionRate { get; init; }

    /// <summary>False: the frames of one link arrive in the order they were sent, as on a connection.</summary>
    public bool Reorders { get; init; } = true;
}
