using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Numerics;
using System.Runtime.InteropServices;
using KvStore.Node.Membership;
using KvStore.Node.Registers;
using KvStore.Node.Ring;

namespace KvStore.Node.Peers;

/// <summary>
/// The binary form of a frame, little-endian:
/// version (1) · kind (1) · messages (2) · CRC32C of all the rest (4) · cluster (16) · from (16) · to (16) · epoch (4) ·
/// topology digest (8) · what the sender shows: boot count (8), boot nonce (8), log number at its start (8), durable log number
/// (8) · whether it votes (1) · its load: operations, wait, disk (1 each) · what it remembers of the receiver: boot count (8),
/// boot nonce (8), log number (8) · milliseconds that the frame has waited (4); then per message its length (4) and its bytes (<see cref="PeerRequestCodec"/>, <see cref="PeerReplyCodec"/>). A frame without
/// messages asks "are you there" one way and answers it the other.
/// </summary>
/// <remarks>
/// A frame's memory belongs to the messages decoded from it: values may share it, so it must not change or be reused after
/// <see cref="TryReadFrame"/>. A value shares it only if it is a good part of the frame (<see cref="SharedPartMin"/>);
/// smaller ones are copied, so that a small value that is kept for long does not keep a large frame.
/// </remarks>
internal static class PeerCodec
{
    public const byte Version = 5;

    public const int HeaderLength = 132;

    /// <summary>Messages in one frame; a sender starts another frame, a receiver refuses more.</summary>
    public const int MessagesMax = 16_384;

    /// <summary>
    /// Bytes of one message; a sender refuses to queue more. Room for the longest value that can be configured (16 MiB) with
    /// its key and record, and for a page of a scan, which ends at as many bytes of values plus up to a thousand keys.
    /// </summary>
    public const int MessageLengthMax = 24 * 1024 * 1024;

    /// <summary>Bytes of one frame; a receiver refuses more before it has read it.</summary>
    public const int FrameLengthMax = HeaderLength + LengthPrefix + MessageLengthMax;

    /// <summary>Bytes of a message's length.</summary>
    public const int LengthPrefix = 4;

    /// <summary>A record shares the frame's memory if the frame is at most this many times as long.</summary>
    public const int SharedPartMin = 4;

    private const int ChecksumAt = 4;
    private const int ChecksummedAt = 8;

    /// <summary>Fills in the head of a frame whose messages stand in it already.</summary>
    public static void WriteHeader(Span<byte> frame, PeerFrameKind kind, int messages, in PeerFrameHeader header)
    {
        WireWriter writer = new(frame[..HeaderLength]);
        writer.Byte(Version);
        writer.Byte((byte)kind);
        writer.UInt16((ushort)messages);
        writer.UInt32(0);
        writer.Guid(header.Cluster.Value);
        writer.Guid(header.From.Value);
        writer.Guid(header.To.Value);
        writer.UInt32(header.Epoch.Number);
        writer.UInt64(header.TopologyDigest);
        writer.Int64(header.Mark.BootCount);
        writer.Int64(header.Mark.BootNonce);
        writer.Int64(header.Mark.OpenedLsn);
        writer.Int64(header.Mark.DurableLsn);
        writer.Byte((byte)header.Votes);
        writer.Byte(header.Load.BusyCode);
        writer.Byte(header.Load.WaitCode);
        writer.Byte(header.Load.DiskCode);
        header.Memory.WriteTo(writer.Span(RememberedMark.EncodedLength));
        writer.Int32(header.WaitedMilliseconds);
        Invariant.Holds(writer.IsFull);
        BinaryPrimitives.WriteUInt32LittleEndian(frame[ChecksumAt..], Checksum(frame));
    }

    /// <summary>Reads a frame. Never throws, whatever the bytes are.</summary>
    /// <param name="bytes">Not changed or reused afterwards: values may share it.</param>
    /// <param name="problem">Why it is refused, for people; null if it is not.</param>
    public static bool TryReadFrame(
        ReadOnlyMemory<byte> bytes, [NotNullWhen(true)] out PeerFrame? frame, [NotNullWhen(false)] out string? problem)
    {
        frame = null;
        ReadOnlySpan<byte> span = bytes.Span;
        problem = span.Length switch
        {
            < HeaderLength => $"a frame has at least {HeaderLength} bytes, this one {span.Length}",
            > FrameLengthMax => $"a frame has at most {FrameLengthMax} bytes, this one {span.Length}",
            _ when span[0] != Version => $"its format is version {span[0]}, this member speaks {Version}",
            _ when BinaryPrimitives.ReadUInt32LittleEndian(span[ChecksumAt..]) != Checksum(span) => "its checksum is wrong",
            _ => null,
        };
        return problem is null && TryReadMessages(bytes, out frame, out problem);
    }

    private static bool TryReadMessages(
        ReadOnlyMemory<byte> bytes, [NotNullWhen(true)] out PeerFrame? frame, [NotNullWhen(false)] out string? problem)
    {
        WireReader reader = new(bytes);
        reader.Byte();
        PeerFrameKind kind = (PeerFrameKind)reader.Byte();
        int count = reader.UInt16();
        reader.UInt32();
        PeerFrameHeader header = ReadHeader(ref reader);
        frame = null;
        problem = count > MessagesMax || count > reader.Left / LengthPrefix
            ? $"it says it has {count} messages"
            : kind switch
            {
                PeerFrameKind.Requests => ReadRequests(ref reader, header, count, bytes.Length, out frame),
                PeerFrameKind.Replies => ReadReplies(ref reader, header, count, bytes.Length, out frame),
                _ => $"its kind {(byte)kind} is unknown",
            };
        return frame is not null && problem is null;
    }

    private static PeerFrameHeader ReadHeader(ref WireReader reader)
    {
        PeerFrameHeader header = new(
            new ClusterId(reader.Guid()),
            new MemberId(reader.Guid()),
            new MemberId(reader.Guid()),
            new Epoch(reader.UInt32()),
            reader.UInt64(),
            new ShownMark(reader.Int64(), reader.Int64(), reader.Int64(), reader.Int64()),
            (VoteState)reader.Byte(),
            Load: new PeerLoad(reader.Byte(), reader.Byte(), reader.Byte()),
            Memory: RememberedMark.ReadFrom(reader.Span(RememberedMark.EncodedLength)),
            WaitedMilliseconds: reader.Int32());
        return header with { WaitedMilliseconds = Math.Max(0, header.WaitedMilliseconds) };
    }

    private static string? ReadRequests(ref WireReader reader, in PeerFrameHeader header, int count, int length, out PeerFrame? frame)
    {
        frame = null;
        PeerRequest[] requests = count == 0 ? [] : new PeerRequest[count];
        for (int i = 0; i < count; i++)
        {
            if (!PeerRequestCodec.TryRead(reader.Memory(reader.Int32()), length, out requests[i]))
            {
                return $"its request {i + 1} of {count} is malformed";
            }
        }

        frame = new PeerFrame(header, requests, []) { Length = length };
        return reader.IsDone ? null : "it goes on after its last message";
    }

    private static string? ReadReplies(ref WireReader reader, in PeerFrameHeader header, int count, int length, out PeerFrame? frame)
    {
        frame = null;
        PeerReply[] replies = count == 0 ? [] : new PeerReply[count];
        for (int i = 0; i < count; i++)
        {
            if (!PeerReplyCodec.TryRead(reader.Memory(reader.Int32()), length, out replies[i]))
            {
                return $"its reply {i + 1} of {count} is malformed";
            }
        }

        frame = new PeerFrame(header, [], replies) { Length = length };
        return reader.IsDone ? null : "it goes on after its last message";
    }

    /// <summary>Reads a record that takes the whole of <paramref name="bytes"/>, which lie in a frame of <paramref name="frameLength"/>.</summary>
    /// <returns>False if they are no record, or one with a ballot that cannot be.</returns>
    public static bool TryReadRecord(ReadOnlyMemory<byte> bytes, int frameLength, out RegisterRecord record) =>
        RegisterCodec.TryRead((long)bytes.Length * SharedPartMin >= frameLength ? bytes : bytes.ToArray(), out record) && IsPossible(record);

    private static bool IsPossible(in RegisterRecord record)
    {
        RegisterState state = record.State!;
        bool isPossible = record.Ballot.IsPossible && state.Version.Ballot.IsPossible && state.Pruned.IsPossible;
        for (int i = 0; i < state.Vector.Count; i++)
        {
            isPossible &= state.Vector[i].IsPossible;
        }

        return isPossible;
    }

    /// <summary>CRC32C (Castagnoli) of everything but the checksum's own four bytes.</summary>
    private static uint Checksum(ReadOnlySpan<byte> frame)
    {
        uint crc = BitOperations.Crc32C(uint.MaxValue, BinaryPrimitives.ReadUInt32LittleEndian(frame));
        ReadOnlySpan<byte> rest = frame[ChecksummedAt..];
        foreach (ulong word in MemoryMarshal.Cast<byte, ulong>(rest))
        {
            crc = BitOperations.Crc32C(crc, BitConverter.IsLittleEndian ? word : BinaryPrimitives.ReverseEndianness(word));
        }

        foreach (byte tail in rest[(rest.Length & ~7)..])
        {
            crc = BitOperations.Crc32C(crc, tail);
        }

        return ~crc;
    }
}
