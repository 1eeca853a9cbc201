using System.Numerics;
using System.Buffers.Binary;

namespace KvStore.Node.Ring;

/// <summary>A set of slots: a bit each.</summary>
internal sealed class SlotSet
{
    public const int EncodedLength = Slot.Count / 8;

    private readonly ulong[] _bits = new ulong[Slot.Count / 64];

    public int Count => _bits.Sum(BitOperations.PopCount);

    public bool Contains(Slot slot) => (_bits[slot.Number / 64] >> (slot.Number % 64) & 1) != 0;

    public void Add(Slot slot) => _bits[slot.Number / 64] |= 1UL << (slot.Number % 64);

    public SlotSet Copy()
    {
        SlotSet copy = new();
        _bits.CopyTo(copy._bits, 0);
        return copy;
    }

    /// <param name="destination">At least <see cref="EncodedLength"/> bytes.</param>
    public void WriteTo(Span<byte> destination)
    {
        for (int i = 0; i < _bits.Length; i++)
        {
            BinaryPrimitives.WriteUInt64LittleEndian(destination[(i * sizeof(ulong))..], _bits[i]);
        }
    }

    /// <param name="source">At least <see cref="EncodedLength"/> bytes.</param>
    public static SlotSet ReadFrom(ReadOnlySpan<byte> source)
    {
        SlotSet set = new();
        for (int i = 0; i < set._bits.Length; i++)
        {
            set._bits[i] = BinaryPrimitives.ReadUInt64LittleEndian(source[(i * sizeof(ulong))..]);
        }

        return set;
    }
}
