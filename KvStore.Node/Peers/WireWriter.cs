using System.Buffers.Binary;
using KvStore.Node.Registers;

namespace KvStore.Node.Peers;

/// <summary>Writes little-endian fields into a span that was measured to hold them.</summary>
internal ref struct WireWriter(Span<byte> destination)
{
    private Span<byte> _rest = destination;

    /// <summary>Whether the span is exactly full: what was measured is what was written.</summary>
    public readonly bool IsFull => _rest.IsEmpty;

    public void Byte(byte value) => Span(1)[0] = value;

    public void UInt16(ushort value) => BinaryPrimitives.WriteUInt16LittleEndian(Span(2), value);

    public void UInt32(uint value) => BinaryPrimitives.WriteUInt32LittleEndian(Span(4), value);

    public void Int32(int value) => BinaryPrimitives.WriteInt32LittleEndian(Span(4), value);

    public void UInt64(ulong value) => BinaryPrimitives.WriteUInt64LittleEndian(Span(8), value);

    public void Int64(long value) => BinaryPrimitives.WriteInt64LittleEndian(Span(8), value);

    public void Guid(Guid value) => Invariant.Holds(value.TryWriteBytes(Span(16), bigEndian: true, out _));

    public void Ballot(Ballot value) => value.WriteTo(Span(Registers.Ballot.EncodedLength));

    public void Bytes(ReadOnlySpan<byte> bytes) => bytes.CopyTo(Span(bytes.Length));

    /// <summary>The next bytes, for somebody else's encoder to fill.</summary>
    public Span<byte> Span(int length)
    {
        Span<byte> field = _rest[..length];
        _rest = _rest[length..];
        return field;
    }
}
