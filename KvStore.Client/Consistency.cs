using System.ComponentModel;
using System.Globalization;

namespace KvStore.Client;

/// <summary>
/// How many replicas an operation needs before it is answered. The default value leaves the choice to the member that is
/// asked, which is <see cref="Quorum"/> unless it was configured otherwise.
/// </summary>
[TypeConverter(typeof(ConsistencyConverter))]
public readonly struct Consistency : IEquatable<Consistency>
{
    private const int OfMember = 0;
    private const int OfOne = -1;
    private const int OfQuorum = -2;
    private const int OfAll = -3;

    private readonly int _level;

    private Consistency(int level) => _level = level;

    /// <summary>
    /// One replica: fast and eventual. A write may lose to a committed one or take effect late; conditions and increments
    /// are refused.
    /// </summary>
    public static Consistency One => new(OfOne);

    /// <summary>A majority of the key's replicas: linearizable.</summary>
    public static Consistency Quorum => new(OfQuorum);

    /// <summary>Every replica: linearizable, and unavailable while any of them is.</summary>
    public static Consistency All => new(OfAll);

    /// <summary>1 to the replication factor, where a number was chosen; else 0.</summary>
    public int ReplicaCount => Math.Max(_level, 0);

    /// <summary>This many replicas: as <see cref="Quorum"/> from a majority on, else as <see cref="One"/>.</summary>
    /// <param name="count">1 to the replication factor.</param>
    public static Consistency Replicas(int count)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        return new Consistency(count);
    }

    /// <summary>Reads <c>one</c>, <c>quorum</c>, <c>all</c> or a number from 1 on; an empty text is the member's default.</summary>
    /// <exception cref="FormatException">It is none of these.</exception>
    public static Consistency Parse(string text) => text switch
    {
        null or "" => default,
        "one" => One,
        "quorum" => Quorum,
        "all" => All,
        _ when int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int count) && count > 0 => Replicas(count),
        _ => throw new FormatException($"'{text}' is no consistency level: one, quorum, all or a number of replicas from 1 on."),
    };

    /// <summary>Whether both ask for the same.</summary>
    public static bool operator ==(Consistency left, Consistency right) => left.Equals(right);

    /// <summary>Whether they ask for different things.</summary>
    public static bool operator !=(Consistency left, Consistency right) => !left.Equals(right);

    /// <inheritdoc/>
    public bool Equals(Consistency other) => _level == other._level;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is Consistency other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => _level;

    /// <summary>The text that <see cref="Parse"/> reads.</summary>
    public override string ToString() => _level switch
    {
        OfMember => "",
        OfOne => "one",
        OfQuorum => "quorum",
        OfAll => "all",
        _ => _level.ToString(CultureInfo.InvariantCulture),
    };
}
