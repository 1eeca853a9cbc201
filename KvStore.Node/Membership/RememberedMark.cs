using System.Buffers.Binary;
using System.Globalization;

namespace KvStore.Node.Membership;

/// <summary>
/// The most that one member has seen of another: its latest life and how far its log reached. A member that shows less
/// than this has lost what it once had (protocol.md §4). Pure.
/// </summary>
/// <param name="BootCount">0 if nothing was ever seen.</param>
/// <param name="BootNonce">Of that boot.</param>
/// <param name="Lsn">The highest durable log number it showed, in any life.</param>
internal readonly record struct RememberedMark(long BootCount, long BootNonce, long Lsn)
{
    public const int EncodedLength = 24;

    public bool IsNothing => BootCount == 0;

    /// <summary>Whether this is of the life that is shown, so that whoever remembers it has taken that life for good.</summary>
    public bool IsOf(in ShownMark shown) => BootCount == shown.BootCount && BootNonce == shown.BootNonce;

    /// <summary>
    /// Whether a member that shows this has lost something, or the frame is one of a life that is over. Within one life log
    /// numbers are not compared: frames of several connections overtake each other.
    /// </summary>
    public bool IsMoreThan(in ShownMark shown) =>
        BootCount > shown.BootCount
        || (BootCount == shown.BootCount && BootNonce != shown.BootNonce)
        || (BootCount < shown.BootCount && Lsn > shown.OpenedLsn);

    /// <summary>What is remembered after a mark that is not less was shown.</summary>
    public RememberedMark After(in ShownMark shown)
    {
        Invariant.Holds(!IsMoreThan(shown));
        return new RememberedMark(shown.BootCount, shown.BootNonce, Math.Max(Lsn, shown.DurableLsn));
    }

    /// <summary>"boot 6 with log number 300".</summary>
    public string Describe() => string.Create(CultureInfo.InvariantCulture, $"boot {BootCount} with log number {Lsn}");

    public void WriteTo(Span<byte> destination)
    {
        BinaryPrimitives.WriteInt64LittleEndian(destination, BootCount);
        BinaryPrimitives.WriteInt64LittleEndian(destination[8..], BootNonce);
        BinaryPrimitives.WriteInt64LittleEndian(destination[16..], Lsn);
    }

    public static RememberedMark ReadFrom(ReadOnlySpan<byte> source) => new(
        BinaryPrimitives.ReadInt64LittleEndian(source),
        BinaryPrimitives.ReadInt64LittleEndian(source[8..]),
        BinaryPrimitives.ReadInt64LittleEndian(source[16..]));
}
