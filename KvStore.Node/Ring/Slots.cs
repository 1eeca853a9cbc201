namespace KvStore.Node.Ring;

/// <summary>
/// Key to slot, as every Redis Cluster client computes it: CRC16-XMODEM of the key, or of its {hash tag} if it has one,
/// modulo <see cref="Slot.Count"/>. Keys with the same tag share a slot, so that they share their replicas.
/// </summary>
internal static class Slots
{
    private const int Polynomial = 0x1021;
    private const int Stride = 4;

    // Table i holds the CRC of a byte followed by i zero bytes: four bytes of the key then cost four independent lookups.
    private static readonly ushort[] Tables = BuildTables();

    /// <summary>The slot of a key.</summary>
    public static Slot Of(ReadOnlySpan<byte> key) => new(Crc16(HashedPart(key)) & (Slot.Count - 1));

    /// <summary>CRC16-XMODEM: polynomial 0x1021, initial value 0, no reflection, no final xor.</summary>
    public static ushort Crc16(ReadOnlySpan<byte> bytes)
    {
        ReadOnlySpan<ushort> tables = Tables;
        var crc = 0;
        while (bytes.Length >= Stride)
        {
            crc = tables[768 + (bytes[0] ^ (crc >> 8))]
                ^ tables[512 + (bytes[1] ^ (crc & 0xFF))]
                ^ tables[256 + bytes[2]]
                ^ tables[bytes[3]];
            bytes = bytes[Stride..];
        }

        foreach (var b in bytes)
        {
            crc = (ushort)(crc << 8) ^ tables[b ^ (crc >> 8)];
        }

        return (ushort)crc;
    }

    // Redis Cluster's rule: what stands between the first '{' and the first '}' after it, unless that is empty.
    private static ReadOnlySpan<byte> HashedPart(ReadOnlySpan<byte> key)
    {
        var open = key.IndexOf((byte)'{');
        if (open < 0)
        {
            return key;
        }

        var afterOpen = key[(open + 1)..];
        var length = afterOpen.IndexOf((byte)'}');
        return length > 0 ? afterOpen[..length] : key;
    }

    private static ushort[] BuildTables()
    {
        var tables = new ushort[Stride * 256];
        for (var value = 0; value < 256; value++)
        {
            var crc = value << 8;
            for (var bit = 0; bit < 8; bit++)
            {
                crc = (crc & 0x8000) != 0 ? (crc << 1) ^ Polynomial : crc << 1;
            }

            tables[value] = (ushort)crc;
        }

        for (var i = 256; i < tables.Length; i++)
        {
            var crc = tables[i - 256];
            tables[i] = (ushort)((crc << 8) ^ tables[crc >> 8]);
        }

        return tables;
    }
}
