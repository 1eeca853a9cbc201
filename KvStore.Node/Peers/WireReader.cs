using System.Buffers.Binary;
using KvStore.Node.Registers;

namespace KvStore.Node.Peers;

/// <summary>
/// Reads little-endian fields out of a message. Reading past the end gives zeros and sets <see cref="Failed"/>, so that a
/// decoder reads straight on and asks once at the end: garbage never throws.
/// </summary>
internal ref struct WireReader(ReadOnlyMemory<byte> bytes)
{
    private readonly ReadOnlyMemory<byte> _bytes = bytes;
    private ReadOnlySpan<byte> _rest = bytes.Span;

    public bool Failed { get; private set; }

    public readonly int Left => _rest.Length;

    /// <summary>Whether everything was read and nothing was missing.</summary>
    public readonly bool IsDone => !Failed && _rest.IsEmpty;

    public byte Byte()
    {
        ReadOnlySpan<byte> field = Span(1);
        return Failed ? (byte)0 : field[0];
    }

    public ushort UInt16()
    {
        ReadOnlySpan<byte> field = Span(2);
        return Failed ? (ushort)0 : BinaryPrimitives.ReadUInt16LittleEndian(field);
    }

    public uint UInt32()
    {
        ReadOnlySpan<byte> field = Span(4);
        return Failed ? 0 : BinaryPrimitives.ReadUInt32LittleEndian(field);
    }

    public int Int32() => (int)UInt32();

    public ulong UInt64()
    {
        ReadOnlySpan<byte> field = Span(8);
        return Failed ? 0 : BinaryPrimitives.ReadUInt64LittleEndian(field);
    }

    public long Int64() => (long)UInt64();

    public Guid Guid()
    {
        ReadOnlySpan<byte> field = Span(16);
        return Failed ? default : new Guid(field, bigEndian: true);
    }

    /// <summary>A ballot that a client named: it need not be one that can be.</summary>
    public Ballot AnyBallot()
    {
        ReadOnlySpan<byte> field = Span(Registers.Ballot.EncodedLength);
        return Failed ? default : Registers.Ballot.ReadFrom(field);
    }

    /// <summary>A ballot that cannot be is a failure like one that is not there.</summary>
    public Ballot Ballot()
    {
        Ballot ballot = AnyBallot();
        Failed |= !ballot.IsPossible;
        return ballot;
    }

    /// <returns>Empty after a failure.</returns>
    public ReadOnlySpan<byte> Span(int length)
    {
        if (Failed || (uint)length > (uint)_rest.Length)
        {
            Failed = true;
            _rest = default;
            return default;
        }

        ReadOnlySpan<byte> field = _rest[..length];
        _rest = _rest[length..];
        return field;
    }

    /// <summary>As <see cref="Span"/>, sharing the message's memory.</summary>
    public ReadOnlyMemory<byte> Memory(int length)
    {
        int at = _bytes.Length - _rest.Length;
        return Span(length).Length == length && !Failed ? _bytes.Slice(at, length) : default;
    }
}
