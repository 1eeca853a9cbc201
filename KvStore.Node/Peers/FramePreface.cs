using System.Buffers;

namespace KvStore.Node.Peers;

/// <summary>How a connection begins that carries frames between members: a line with the class of its traffic.</summary>
internal static class FramePreface
{
    /// <summary>Bytes of the whole.</summary>
    public const int Length = 17;

    // Small letters, so that it is neither HTTP/2's preface nor a method of HTTP/1.
    private static ReadOnlySpan<byte> Words => "kvstore-peer/1 "u8;

    public static byte[] Of(LinkClass linkClass) => [.. Words, (byte)('0' + (byte)linkClass), (byte)'\n'];

    /// <summary>Whether a connection that begins so may be one of frames.</summary>
    public static bool MayBegin(ReadOnlySpan<byte> begin) => begin[..Math.Min(begin.Length, Words.Length)].SequenceEqual(Words[..Math.Min(begin.Length, Words.Length)]);

    /// <param name="preface">Of <see cref="Length"/> bytes that may begin one.</param>
    /// <returns>Null if it names no class of traffic.</returns>
    public static LinkClass? ClassOf(in ReadOnlySequence<byte> preface)
    {
        Span<byte> bytes = stackalloc byte[Length];
        preface.CopyTo(bytes);
        LinkClass named = (LinkClass)(bytes[Words.Length] - '0');
        return bytes[^1] == '\n' && Enum.IsDefined(named) ? named : null;
    }
}
