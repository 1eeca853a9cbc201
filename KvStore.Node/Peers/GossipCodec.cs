using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Numerics;
using KvStore.Node.Membership;
using KvStore.Node.Registers;
using KvStore.Node.Ring;

namespace KvStore.Node.Peers;

/// <summary>
/// The binary form of a <see cref="GossipPacket"/>, little-endian: version (1) · kind (1) · claims (2) · CRC32C of all the
/// rest (4) · cluster (16) · epoch (4) · from (16) · to (16) · sequence (4) · target (16) · operations in flight (4) · durable log number (8) · wall clock (8) · wanted out (16) ·
/// kept (16) · kept up to incarnation (8); then per claim: member (16) ·
/// incarnation (8) · by (16) · liveness (1).
/// </summary>
internal static class GossipCodec
{
    public const byte Version = 3;

    public const int HeaderLength = 140;

    public const int ClaimLength = 41;

    /// <summary>Claims in one packet: one of every member there can be.</summary>
    public const int ClaimsMax = 1024;

    private const int ChecksumAt = 4;
    private const int ChecksummedAt = 8;

    public static byte[] Encode(GossipPacket packet)
    {
        GossipMessage message = packet.Message;
        Invariant.Holds(message.Claims.Count <= ClaimsMax);
        byte[] bytes = new byte[HeaderLength + (message.Claims.Count * ClaimLength)];
        WireWriter writer = new(bytes);
        writer.Byte(Version);
        writer.Byte((byte)message.Kind);
        writer.UInt16((ushort)message.Claims.Count);
        writer.UInt32(0);
        writer.Guid(packet.Cluster.Value);
        writer.UInt32(packet.Epoch.Number);
        writer.Guid(message.From.Value);
        writer.Guid(message.To.Value);
        writer.UInt32(message.Sequence);
        writer.Guid(message.Target.Value);
        writer.UInt32((uint)packet.Vitals.OperationsInFlight);
        writer.Int64(packet.Vitals.DurableLsn);
        writer.Int64(packet.Vitals.WallMilliseconds);
        writer.Guid(packet.Vitals.Evictions.Wanted.Value);
        writer.Guid(packet.Vitals.Evictions.Kept.Value);
        writer.Int64(packet.Vitals.Evictions.KeptIncarnation);
        foreach (LivenessClaim claim in message.Claims)
        {
            writer.Guid(claim.Member.Value);
            writer.Int64(claim.Incarnation);
            writer.Guid(claim.By.Value);
            writer.Byte((byte)claim.Liveness);
        }

        Invariant.Holds(writer.IsFull);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(ChecksumAt), Checksum(bytes));
        return bytes;
    }

    /// <summary>Reads a packet. Never throws, whatever the bytes are.</summary>
    /// <param name="problem">Why it is refused, for people; null if it is not.</param>
    public static bool TryDecode(
        ReadOnlyMemory<byte> bytes, [NotNullWhen(true)] out GossipPacket? packet, [NotNullWhen(false)] out string? problem)
    {
        packet = null;
        ReadOnlySpan<byte> span = bytes.Span;
        problem = span.Length switch
        {
            < HeaderLength => $"a gossip packet has at least {HeaderLength} bytes, this one {span.Length}",
            _ when span[0] != Version => $"its format is version {span[0]}, this member speaks {Version}",
            _ when BinaryPrimitives.ReadUInt32LittleEndian(span[ChecksumAt..]) != Checksum(span) => "its checksum is wrong",
            _ => null,
        };
        packet = problem is null ? Read(bytes) : null;
        problem ??= packet is null ? "its fields make no sense" : null;
        return problem is null && packet is not null;
    }

    private static GossipPacket? Read(ReadOnlyMemory<byte> bytes)
    {
        WireReader reader = new(bytes);
        reader.Byte();
        GossipMessageKind kind = (GossipMessageKind)reader.Byte();
        int count = reader.UInt16();
        reader.UInt32();
        ClusterId cluster = new(reader.Guid());
        Epoch epoch = new(reader.UInt32());
        MemberId from = new(reader.Guid());
        MemberId to = new(reader.Guid());
        uint sequence = reader.UInt32();
        MemberId target = new(reader.Guid());
        VitalSigns vitals = new(
            reader.Int32(), reader.Int64(), reader.Int64(), new EvictionSigns(new MemberId(reader.Guid()), new MemberId(reader.Guid()), reader.Int64()));
        if (count > ClaimsMax || vitals.Evictions.KeptIncarnation is < 0 or > LivenessClaim.IncarnationMax || reader.Left != count * ClaimLength || kind is < GossipMessageKind.Ping or > GossipMessageKind.ExchangeReply)
        {
            return null;
        }

        List<LivenessClaim> claims = new(count);
        for (int i = 0; i < count; i++)
        {
            MemberId member = new(reader.Guid());
            long incarnation = reader.Int64();
            MemberId by = new(reader.Guid());
            Liveness liveness = (Liveness)reader.Byte();
            if (liveness is < Liveness.Alive or > Liveness.Dead || incarnation is < 0 or > LivenessClaim.IncarnationMax)
            {
                return null;
            }

            claims.Add(new LivenessClaim(member, liveness, incarnation, by));
        }

        return reader.IsDone ? new GossipPacket(cluster, epoch, new GossipMessage(kind, from, to, sequence, target, claims)) { Vitals = vitals } : null;
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
