using System.Buffers.Binary;

namespace KvStore.Node.Ring;

/// <summary>
/// The durable identity of a member. Ordered by its sixteen bytes as they are written (big-endian), which is the order of
/// its text too, so that every machine sorts members alike.
/// </summary>
internal readonly record struct MemberId(Guid Value) : IComparable<MemberId>
{
    public const int Size = 16;

    /// <summary>The identity of the member with this name in this cluster (UUID version 5).</summary>
    public static MemberId FromName(Guid clusterId, string name) => new(NameBasedGuid.Of(clusterId, name));

    public static MemberId FromName(ClusterId cluster, string name) => FromName(cluster.Value, name);

    public static bool operator <(MemberId left, MemberId right) => left.CompareTo(right) < 0;

    public static bool operator >(MemberId left, MemberId right) => left.CompareTo(right) > 0;

    public static bool operator <=(MemberId left, MemberId right) => left.CompareTo(right) <= 0;

    public static bool operator >=(MemberId left, MemberId right) => left.CompareTo(right) >= 0;

    /// <summary>Writes the identity's <see cref="Size"/> bytes, big-endian.</summary>
    public void WriteTo(Span<byte> destination)
    {
        if (!Value.TryWriteBytes(destination, bigEndian: true, out _))
        {
            throw new ArgumentException($"A member's identity needs {Size} bytes, there are {destination.Length}.", nameof(destination));
        }
    }

    /// <param name="source">At least <see cref="Size"/> bytes, big-endian.</param>
    public static MemberId ReadFrom(ReadOnlySpan<byte> source) => new(new Guid(source[..Size], bigEndian: true));

    public int CompareTo(MemberId other)
    {
        Span<byte> mine = stackalloc byte[Size];
        Span<byte> theirs = stackalloc byte[Size];
        WriteTo(mine);
        other.WriteTo(theirs);
        return BinaryPrimitives.ReadUInt128BigEndian(mine).CompareTo(BinaryPrimitives.ReadUInt128BigEndian(theirs));
    }

    public override string ToString() => Value.ToString("D");
}
