using System.Globalization;

namespace KvStore.Node.Coordination;

/// <summary>How many replicas an operation needs: a named level or a number (protocol.md §1).</summary>
internal readonly record struct Consistency
{
    public static readonly Consistency One = new(ConsistencyKind.One, 0);
    public static readonly Consistency Quorum = new(ConsistencyKind.Quorum, 0);
    public static readonly Consistency All = new(ConsistencyKind.All, 0);

    private Consistency(ConsistencyKind kind, int replicas)
    {
        Kind = kind;
        Replicas = replicas;
    }

    public ConsistencyKind Kind { get; }

    /// <summary>Of <see cref="ConsistencyKind.Count"/>.</summary>
    public int Replicas { get; }

    /// <param name="replicas">1 to the replication factor; above it, the operation is refused.</param>
    public static Consistency Of(int replicas) => new(ConsistencyKind.Count, replicas);

    /// <summary>"one", "quorum", "all" or a number above zero.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, out Consistency level)
    {
        level = text switch
        {
            "one" => One,
            "quorum" => Quorum,
            "all" => All,
            _ => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int replicas) ? Of(replicas) : default,
        };
        return level.Kind != ConsistencyKind.Count ? level.Kind != ConsistencyKind.None : level.Replicas > 0;
    }

    /// <summary>Replicas of one owner group that an operation at this level needs.</summary>
    /// <param name="replication">Owners in the group.</param>
    public int Needed(int replication) => Kind switch
    {
        ConsistencyKind.One => 1,
        ConsistencyKind.Quorum => (replication / 2) + 1,
        ConsistencyKind.All => replication,
        ConsistencyKind.Count => Replicas,
        _ => throw new InvariantViolation($"No level {Kind}"),
    };

    /// <summary>Whether the level agrees on a state: at least a majority.</summary>
    public bool IsLinearizable(int replication) => Needed(replication) > replication / 2;

    public override string ToString() => Kind switch
    {
        ConsistencyKind.One => "one",
        ConsistencyKind.Quorum => "quorum",
        ConsistencyKind.All => "all",
        _ => Replicas.ToString(CultureInfo.InvariantCulture),
    };
}
