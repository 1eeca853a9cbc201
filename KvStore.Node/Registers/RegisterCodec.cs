using System.Buffers.Binary;

namespace KvStore.Node.Registers;

/// <summary>
/// The one binary form of a register record, on the wire and on disk. Little-endian:
/// ballot (14) · kind (1) · version (16) · pruned (14) · expires at (8) · vector count (1) · vector (14 each) · value (rest).
/// A record whose state is absent has no encoding: whoever carries records says absence itself.
/// </summary>
internal static class RegisterCodec
{
    private const int FixedLength = Ballot.EncodedLength + 1 + StateVersion.EncodedLength + Ballot.EncodedLength + 8 + 1;

    /// <summary>The most a record takes beyond its value's bytes.</summary>
    public const int OverheadMax = FixedLength + (AppliedVector.EntriesMax * Ballot.EncodedLength);

    /// <param name="record">Not absent.</param>
    public static int LengthOf(in RegisterRecord record) =>
        FixedLength + record.State!.Vector.Encoded.Length + record.State.Value.Length;

    /// <param name="record">Not absent.</param>
    /// <param name="destination">At least <see cref="LengthOf"/> bytes.</param>
    public static void Write(in RegisterRecord record, Span<byte> destination)
    {
        RegisterState state = record.State!;
        record.Ballot.WriteTo(destination);
        destination[14] = (byte)state.Kind;
        state.Version.Ballot.WriteTo(destination[15..]);
        BinaryPrimitives.WriteUInt16LittleEndian(destination[29..], state.Version.Step);
        state.Pruned.WriteTo(destination[31..]);
        BinaryPrimitives.WriteInt64LittleEndian(destination[45..], state.ExpiresAt);
        destination[53] = (byte)state.Vector.Count;
        ReadOnlySpan<byte> vector = state.Vector.Encoded;
        vector.CopyTo(destination[FixedLength..]);
        state.Value.Span.CopyTo(destination[(FixedLength + vector.Length)..]);
    }

    /// <summary>Looks at a record that <see cref="TryRead"/> would read.</summary>
    /// <returns>False if the bytes are not a record.</returns>
    public static bool TryView(ReadOnlySpan<byte> bytes, out RegisterView view)
    {
        bool isRecord = TryFindValue(bytes, out int valueAt);
        view = isRecord
            ? new RegisterView(bytes[14] == (byte)RegisterKind.Value, VersionOf(bytes), BinaryPrimitives.ReadInt64LittleEndian(bytes[45..]), bytes[valueAt..])
            : default;
        return isRecord;
    }

    /// <summary>Reads a record; its value and its vector share <paramref name="source"/>'s memory, which must not change afterwards.</summary>
    /// <returns>False if the bytes are not a record.</returns>
    public static bool TryRead(ReadOnlyMemory<byte> source, out RegisterRecord record)
    {
        record = default;
        ReadOnlySpan<byte> bytes = source.Span;
        if (!TryFindValue(bytes, out int valueAt))
        {
            return false;
        }

        RegisterState state = new()
        {
            Kind = (RegisterKind)bytes[14],
            Version = VersionOf(bytes),
            Pruned = Ballot.ReadFrom(bytes[31..]),
            ExpiresAt = BinaryPrimitives.ReadInt64LittleEndian(bytes[45..]),
            Vector = AppliedVector.OfEncoded(source[FixedLength..valueAt]),
            Value = source[valueAt..],
        };
        record = new RegisterRecord(Ballot.ReadFrom(bytes), state);
        return true;
    }

    /// <summary>Where the value begins; there is one, be it empty, unless the record is of another kind and ends there.</summary>
    private static bool TryFindValue(ReadOnlySpan<byte> bytes, out int valueAt)
    {
        valueAt = 0;
        if (bytes.Length < FixedLength || bytes[14] > (byte)RegisterKind.Tombstone || bytes[53] > AppliedVector.EntriesMax)
        {
            return false;
        }

        valueAt = FixedLength + (bytes[53] * Ballot.EncodedLength);
        return bytes.Length >= valueAt && (bytes[14] == (byte)RegisterKind.Value || bytes.Length == valueAt);
    }

    private static StateVersion VersionOf(ReadOnlySpan<byte> bytes) => new(Ballot.ReadFrom(bytes[15..]), BinaryPrimitives.ReadUInt16LittleEndian(bytes[29..]));
}
