using System.Buffers.Binary;

namespace KvStore.Node.FrontEnds.Resp;

/// <summary>
/// A hash as the value of one register: mark (16) · fields (4) · of each, in the order in which they came: length (4) · field ·
/// length (4) · value. Little-endian. What begins with the mark and is not whole is a string like any other.
/// </summary>
internal static class HashValue
{
    /// <summary>Fields of one hash, at most: they are looked for one by one.</summary>
    public const int FieldsMax = 8_192;

    private const int FixedLength = 20;

    // Drawn once. Whoever writes a string that begins with it and goes on as a hash does has written a hash.
    private static ReadOnlySpan<byte> Mark => [0x00, 0x6B, 0x76, 0x68, 0xC9, 0x5E, 0x1F, 0xA3, 0x90, 0xD2, 0x47, 0xBB, 0x0C, 0xE8, 0x71, 0x3D];

    public static bool IsHash(ReadOnlySpan<byte> value) => value.StartsWith(Mark) && IsWhole(value);

    /// <param name="value">A hash, or nothing, which has no fields.</param>
    /// <returns>Fields and values, which share its memory.</returns>
    public static List<KeyValuePair<ReadOnlyMemory<byte>, ReadOnlyMemory<byte>>> Read(ReadOnlyMemory<byte> value)
    {
        List<KeyValuePair<ReadOnlyMemory<byte>, ReadOnlyMemory<byte>>> fields = [];
        for (int at = FixedLength; at < value.Length;)
        {
            ReadOnlyMemory<byte> field = Part(value, ref at);
            fields.Add(KeyValuePair.Create(field, Part(value, ref at)));
        }

        return fields;
    }

    /// <returns>The place of the field, or -1.</returns>
    public static int PlaceOf(List<KeyValuePair<ReadOnlyMemory<byte>, ReadOnlyMemory<byte>>> fields, ReadOnlySpan<byte> field)
    {
        for (int place = 0; place < fields.Count; place++)
        {
            if (fields[place].Key.Span.SequenceEqual(field))
            {
                return place;
            }
        }

        return -1;
    }

    public static byte[] Write(IReadOnlyList<KeyValuePair<ReadOnlyMemory<byte>, ReadOnlyMemory<byte>>> fields)
    {
        byte[] value = new byte[FixedLength + fields.Sum(field => 8 + field.Key.Length + field.Value.Length)];
        Mark.CopyTo(value);
        BinaryPrimitives.WriteInt32LittleEndian(value.AsSpan(16), fields.Count);
        int at = FixedLength;
        foreach ((ReadOnlyMemory<byte> field, ReadOnlyMemory<byte> content) in fields)
        {
            Append(value, ref at, field.Span);
            Append(value, ref at, content.Span);
        }

        return value;
    }

    private static bool IsWhole(ReadOnlySpan<byte> value)
    {
        if (value.Length < FixedLength)
        {
            return false;
        }

        int count = BinaryPrimitives.ReadInt32LittleEndian(value[16..]);
        if (count is <= 0 or > FieldsMax)
        {
            return false;
        }

        ReadOnlySpan<byte> left = value[FixedLength..];
        for (int part = 0; part < 2 * count; part++)
        {
            int length = left.Length < 4 ? -1 : BinaryPrimitives.ReadInt32LittleEndian(left);
            if (length < 0 || length > left.Length - 4)
            {
                return false;
            }

            left = left[(4 + length)..];
        }

        return left.IsEmpty;
    }

    private static ReadOnlyMemory<byte> Part(ReadOnlyMemory<byte> value, ref int at)
    {
        int length = BinaryPrimitives.ReadInt32LittleEndian(value.Span[at..]);
        ReadOnlyMemory<byte> part = value.Slice(at + 4, length);
        at += 4 + length;
        return part;
    }

    private static void Append(byte[] value, ref int at, ReadOnlySpan<byte> part)
    {
        BinaryPrimitives.WriteInt32LittleEndian(value.AsSpan(at), part.Length);
        part.CopyTo(value.AsSpan(at + 4));
        at += 4 + part.Length;
    }
}
