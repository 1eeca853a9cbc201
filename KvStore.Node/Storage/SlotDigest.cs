using System.Buffers.Binary;
using System.Globalization;
using KvStore.Node.Registers;
using KvStore.Node.Ring;

namespace KvStore.Node.Storage;

/// <summary>
/// What a set of records amounts to, whatever their order: the sum of a 128-bit hash of each one's key and ballot. Replicas
/// that hold the same records of a slot have the same digest, and a record is added or taken out without looking at the others.
/// </summary>
/// <remarks>
/// Two independent sums of 64 bits, because a sum needs no set of what is in it, and unlike xor shows a record counted twice.
/// Two different sets meet in both by chance once in 2^128: comparing every slot of a thousand pairs of replicas each second
/// for a century, the odds of one miss are about 10^-22. It is no protection against somebody who chooses keys and ballots.
/// </remarks>
internal readonly record struct SlotDigest(ulong High, ulong Low)
{
    public const int EncodedLength = 16;

    private const ulong HighSeed = 0x243F_6A88_85A3_08D3;
    private const ulong LowSeed = 0x1319_8A2E_0370_7344;

    public static SlotDigest Of(in Key key, Ballot ballot) => new(Hash(HighSeed, key.Hash, ballot), Hash(LowSeed, key.Hash, ballot));

    public static SlotDigest operator +(SlotDigest left, SlotDigest right) => new(left.High + right.High, left.Low + right.Low);

    public static SlotDigest operator -(SlotDigest left, SlotDigest right) => new(left.High - right.High, left.Low - right.Low);

    /// <summary>Little-endian: low (8) · high (8).</summary>
    public void WriteTo(Span<byte> destination)
    {
        BinaryPrimitives.WriteUInt64LittleEndian(destination, Low);
        BinaryPrimitives.WriteUInt64LittleEndian(destination[8..], High);
    }

    public static SlotDigest ReadFrom(ReadOnlySpan<byte> source) =>
        new(BinaryPrimitives.ReadUInt64LittleEndian(source[8..]), BinaryPrimitives.ReadUInt64LittleEndian(source));

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{High:x16}{Low:x16}");

    private static ulong Hash(ulong seed, ulong key, Ballot ballot)
    {
        ulong round = ((ulong)ballot.Epoch.Number << 16) | ballot.Ordinal;
        return Mix(Mix(Mix(seed + key) + (ulong)ballot.Counter) + round);
    }

    /// <summary>The finalizer of SplitMix64 (Steele and others 2014): every bit in changes every bit out with even odds.</summary>
    private static ulong Mix(ulong bits)
    {
        bits = (bits ^ (bits >> 30)) * 0xBF58_476D_1CE4_E5B9;
        bits = (bits ^ (bits >> 27)) * 0x94D0_49BB_1331_11EB;
        return bits ^ (bits >> 31);
    }
}
