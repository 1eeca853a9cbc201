using System.Buffers.Binary;
using System.Security.Cryptography;

namespace KvStore.Node.Ring;

/// <summary>
/// Where things stand on the ring: SHA-256 of a domain, a sixteen-byte identity and an index. Chosen because it is in the
/// base library, uniform and the same for ever; speed does not matter here.
/// </summary>
internal static class RingHash
{
    /// <summary>How many 64-bit words one hash gives.</summary>
    public const int Words = SHA256.HashSizeInBytes / sizeof(ulong);

    private const int InputBytes = 1 + MemberId.Size + sizeof(int);

    internal enum Domain : byte
    {
        Token = 1,
        Slot = 2,
    }

    /// <summary>The position of a member's token: the hash's first eight bytes, big-endian.</summary>
    public static ulong TokenPosition(MemberId member, int index)
    {
        Span<byte> identity = stackalloc byte[MemberId.Size];
        member.WriteTo(identity);
        Span<ulong> words = stackalloc ulong[Words];
        Fill(Domain.Token, identity, index, words);
        return words[0];
    }

    /// <summary>Four words of a slot; <paramref name="index"/> counts in fours.</summary>
    public static void SlotWords(Slot slot, int index, Span<ulong> words)
    {
        Span<byte> identity = stackalloc byte[MemberId.Size];
        identity.Clear();
        BinaryPrimitives.WriteUInt16BigEndian(identity, slot.Number);
        Fill(Domain.Slot, identity, index, words);
    }

    private static void Fill(Domain domain, ReadOnlySpan<byte> identity, int index, Span<ulong> words)
    {
        Span<byte> input = stackalloc byte[InputBytes];
        input[0] = (byte)domain;
        identity.CopyTo(input[1..]);
        BinaryPrimitives.WriteInt32BigEndian(input[(1 + MemberId.Size)..], index);

        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(input, hash);
        for (var i = 0; i < Words; i++)
        {
            words[i] = BinaryPrimitives.ReadUInt64BigEndian(hash[(i * sizeof(ulong))..]);
        }
    }
}
