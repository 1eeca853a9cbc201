using System.Buffers.Binary;
using System.Numerics;

namespace KvStore.Node.Storage.Log;

/// <summary>CRC-32C (Castagnoli), by the processor's instruction where it has one.</summary>
internal static class Crc32C
{
    /// <param name="seed">What the checksum starts from: bytes checked under one seed do not pass under another.</param>
    public static uint Of(ReadOnlySpan<byte> bytes, uint seed)
    {
        uint crc = ~seed;
        while (bytes.Length >= sizeof(ulong))
        {
            crc = BitOperations.Crc32C(crc, BinaryPrimitives.ReadUInt64LittleEndian(bytes));
            bytes = bytes[sizeof(ulong)..];
        }

        foreach (byte b in bytes)
        {
            crc = BitOperations.Crc32C(crc, b);
        }

        return ~crc;
    }
}
