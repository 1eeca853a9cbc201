using System.Buffers.Binary;

namespace KvStore.Node.Storage.Log;

/// <summary>
/// The bytes that stand where a segment was not written yet: one random-looking sector, different in every segment, again and
/// again. Unlike zeros they cannot be somebody's value, so a sector that a crash kept from being written is known for certain,
/// which is how a torn commit is told from a damaged one.
/// </summary>
internal sealed class LogFiller
{
    /// <summary>What a disk writes whole or not at all.</summary>
    public const int SectorLength = 512;

    private const int RepeatLength = 64 << 10;

    private readonly byte[] _pattern = new byte[RepeatLength];

    public LogFiller(uint seed)
    {
        ulong state = seed;
        for (int at = 0; at < SectorLength; at += sizeof(ulong))
        {
            // SplitMix64 (Steele, Lea, Flood 2014).
            state += 0x9E3779B97F4A7C15;
            ulong mixed = (state ^ (state >> 30)) * 0xBF58476D1CE4E5B9;
            mixed = (mixed ^ (mixed >> 27)) * 0x94D049BB133111EB;
            BinaryPrimitives.WriteUInt64LittleEndian(_pattern.AsSpan(at), mixed ^ (mixed >> 31));
        }

        for (int at = SectorLength; at < RepeatLength; at += SectorLength)
        {
            _pattern.AsSpan(0, SectorLength).CopyTo(_pattern.AsSpan(at));
        }
    }

    /// <param name="offset">Where in the segment <paramref name="destination"/> begins.</param>
    public void Fill(Span<byte> destination, long offset)
    {
        while (!destination.IsEmpty)
        {
            int phase = (int)(offset % SectorLength);
            int length = Math.Min(destination.Length, RepeatLength - phase);
            _pattern.AsSpan(phase, length).CopyTo(destination);
            destination = destination[length..];
            offset += length;
        }
    }

    /// <param name="sector">Of one sector at most.</param>
    /// <param name="offset">Where in the segment <paramref name="sector"/> begins.</param>
    /// <returns>Where in <paramref name="sector"/> the last byte is that is not filler; -1 if all are.</returns>
    public int LastWritten(ReadOnlySpan<byte> sector, long offset)
    {
        ReadOnlySpan<byte> pattern = _pattern.AsSpan((int)(offset % SectorLength), sector.Length);
        int at = sector.Length - 1;
        while (at >= 0 && sector[at] == pattern[at])
        {
            at--;
        }

        return at;
    }

    /// <param name="offset">Where in the segment <paramref name="bytes"/> begin.</param>
    /// <returns>Where in <paramref name="bytes"/> the first byte is that is not filler; -1 if all are.</returns>
    public int FirstWritten(ReadOnlySpan<byte> bytes, long offset)
    {
        int at = 0;
        while (at < bytes.Length)
        {
            int phase = (int)((offset + at) % SectorLength);
            int length = Math.Min(bytes.Length - at, RepeatLength - phase);
            int same = bytes.Slice(at, length).CommonPrefixLength(_pattern.AsSpan(phase, length));
            if (same < length)
            {
                return at + same;
            }

            at += length;
        }

        return -1;
    }
}
