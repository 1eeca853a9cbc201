using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Numerics;
using KvStore.Node.Registers;
using KvStore.Node.Ring;
using KvStore.Node.Topology;

namespace KvStore.Node.Peers;

/// <summary>
/// The binary form of an <see cref="ElectionMessage"/>, little-endian: version (1) · kind (1) · documents (2) · CRC32C of all
/// the rest (4) · cluster (16) · epoch (4) · from (16) · to (16) · ballot (14) · accepted (14); then per document its length
/// (4) and its JSON.
/// </summary>
internal static class ElectionCodec
{
    public const byte Version = 1;

    public const int HeaderLength = 88;

    private const int LengthPrefix = 4;
    private const int ChecksumAt = 4;
    private const int ChecksummedAt = 8;

    public static byte[] Encode(ClusterId cluster, ElectionMessage message)
    {
        Invariant.Holds(message.Documents.Count <= TopologyChain.PageMax);
        List<byte[]> documents = [.. message.Documents.Select(TopologyCodec.Encode)];
        byte[] bytes = new byte[HeaderLength + documents.Sum(document => LengthPrefix + document.Length)];
        WireWriter writer = new(bytes);
        writer.Byte(Version);
        writer.Byte((byte)message.Kind);
        writer.UInt16((ushort)documents.Count);
        writer.UInt32(0);
        writer.Guid(cluster.Value);
        writer.UInt32(message.Epoch.Number);
        writer.Guid(message.From.Value);
        writer.Guid(message.To.Value);
        writer.Ballot(message.Ballot);
        writer.Ballot(message.Accepted);
        foreach (byte[] document in documents)
        {
            writer.Int32(document.Length);
            writer.Bytes(document);
        }

        Invariant.Holds(writer.IsFull);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(ChecksumAt), Checksum(bytes));
        return bytes;
    }

    /// <summary>Reads a message. Never throws, whatever the bytes are.</summary>
    /// <param name="cluster">Of the sender: whoever is of another does not listen.</param>
    /// <param name="problem">Why it is refused, for people; null if it is not.</param>
    public static bool TryDecode(
        ReadOnlyMemory<byte> bytes,
        out ClusterId cluster,
        [NotNullWhen(true)] out ElectionMessage? message,
        [NotNullWhen(false)] out string? problem)
    {
        cluster = default;
        message = null;
        ReadOnlySpan<byte> span = bytes.Span;
        problem = span.Length switch
        {
            < HeaderLength => $"an election message has at least {HeaderLength} bytes, this one {span.Length}",
            _ when span[0] != Version => $"its format is version {span[0]}, this member speaks {Version}",
            _ when BinaryPrimitives.ReadUInt32LittleEndian(span[ChecksumAt..]) != Checksum(span) => "its checksum is wrong",
            _ => null,
        };
        return problem is null && TryRead(bytes, out cluster, out message, out problem);
    }

    private static bool TryRead(
        ReadOnlyMemory<byte> bytes,
        out ClusterId cluster,
        [NotNullWhen(true)] out ElectionMessage? message,
        [NotNullWhen(false)] out string? problem)
    {
        WireReader reader = new(bytes);
        reader.Byte();
        ElectionMessageKind kind = (ElectionMessageKind)reader.Byte();
        int count = reader.UInt16();
        reader.UInt32();
        cluster = new ClusterId(reader.Guid());
        Epoch epoch = new(reader.UInt32());
        MemberId from = new(reader.Guid());
        MemberId to = new(reader.Guid());
        Ballot ballot = reader.Ballot();
        Ballot accepted = reader.Ballot();
        List<TopologyDocument> documents = [];
        problem = kind is < ElectionMessageKind.Prepare or > ElectionMessageKind.Documents || count > TopologyChain.PageMax
            ? "its fields make no sense"
            : null;
        for (int i = 0; i < count && problem is null; i++)
        {
            if (TopologyCodec.TryDecode(reader.Memory(reader.Int32()), out TopologyDocument? document, out problem))
            {
                documents.Add(document);
            }
        }

        problem ??= reader.IsDone ? null : "its length is wrong";
        message = problem is null ? new ElectionMessage(kind, from, to, epoch, ballot, accepted, documents) : null;
        return problem is null && message is not null;
    }

    private static uint Checksum(ReadOnlySpan<byte> bytes)
    {
        uint checksum = BitOperations.Crc32C(~0u, BinaryPrimitives.ReadUInt32LittleEndian(bytes));
        foreach (byte next in bytes[ChecksummedAt..])
        {
            checksum = BitOperations.Crc32C(checksum, next);
        }

        return ~checksum;
    }
}
