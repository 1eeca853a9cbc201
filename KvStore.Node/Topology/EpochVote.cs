using KvStore.Node.Registers;

namespace KvStore.Node.Topology;

/// <summary>
/// What one member has voted in the election of one epoch: the least ballot it still takes part in, and the document it
/// accepted last, if any. Durable before anybody hears of it.
/// </summary>
/// <param name="Accepted">Zero if nothing was.</param>
/// <param name="Document">As bytes; empty if nothing was accepted.</param>
internal readonly record struct EpochVote(Ballot Promised, Ballot Accepted, ReadOnlyMemory<byte> Document)
{
    private const int BallotsLength = 2 * Ballot.EncodedLength;

    public byte[] Encode()
    {
        byte[] bytes = new byte[BallotsLength + Document.Length];
        Promised.WriteTo(bytes);
        Accepted.WriteTo(bytes.AsSpan(Ballot.EncodedLength));
        Document.CopyTo(bytes.AsMemory(BallotsLength));
        return bytes;
    }

    /// <exception cref="FormatException">These are not the bytes of a vote.</exception>
    public static EpochVote Decode(ReadOnlyMemory<byte> bytes)
    {
        if (bytes.Length < BallotsLength)
        {
            throw new FormatException($"A vote has at least {BallotsLength} bytes, this one {bytes.Length}.");
        }

        return new EpochVote(
            Ballot.ReadFrom(bytes.Span), Ballot.ReadFrom(bytes.Span[Ballot.EncodedLength..]), bytes[BallotsLength..]);
    }
}
