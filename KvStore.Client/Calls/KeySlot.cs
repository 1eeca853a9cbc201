namespace KvStore.Client.Calls;

/// <summary>
/// The slot of a key, as every member and every Redis Cluster client computes it: CRC16-XMODEM of the key, or of its {hash tag}
/// if it has one, modulo <see cref="Count"/>.
/// </summary>
internal static class KeySlot
{
    /// <summary>Slots of a cluster.</summary>
    public const int Count = 16_384;

    private static readonly ushort[] Steps = [.. Enumerable.Range(0, 256).Select(StepOf)];

    /// <returns>0 to <see cref="Count"/> - 1.</returns>
    public static int Of(ReadOnlySpan<byte> key)
    {
        ushort crc = 0;
        foreach (byte part in HashedPart(key))
        {
            crc = (ushort)((crc << 8) ^ Steps[(crc >> 8) ^ part]);
        }

        return crc % Count;
    }

    // What stands between the first '{' and the first '}' after it, unless that is empty.
    private static ReadOnlySpan<byte> HashedPart(ReadOnlySpan<byte> key)
    {
        ReadOnlySpan<byte> tagged = key[(key.IndexOf((byte)'{') + 1)..];
        int length = tagged.Length == key.Length ? 0 : tagged.IndexOf((byte)'}');
        return length > 0 ? tagged[..length] : key;
    }

    private static ushort StepOf(int high)
    {
        const int Polynomial = 0x1021;
        int crc = high << 8;
        for (int bit = 0; bit < 8; bit++)
        {
            crc = (crc << 1) ^ ((crc & 0x8000) == 0 ? 0 : Polynomial);
        }

        return (ushort)crc;
    }
}
