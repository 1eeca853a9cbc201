using System.Diagnostics.CodeAnalysis;
using Google.Protobuf;
using KvStore.Node.Registers;
using KvStore.Node.Ring;
using KvStore.Node.Topology;
using KvStore.Protocol.Peers;

namespace KvStore.Node.Peers;

/// <summary>An <see cref="Acquaintance"/> as the message of peer.proto.</summary>
internal static class IntroductionCodec
{
    public const uint Version = 1;

    private const int NameLengthMax = 64;
    private const int AddressLengthMax = 300;
    private const int MembersMax = 1024;

    public static Introduction Encode(Acquaintance node)
    {
        Introduction message = new()
        {
            Version = Version,
            Cluster = node.ClusterName,
            Process = BytesOf(node.Process),
            MemberId = BytesOf(node.Self.Id.Value),
            Name = node.Self.Name,
            HttpAddress = node.Self.HttpAddress,
            GrpcAddress = node.Self.GrpcAddress,
            Zone = node.Self.Zone,
            ClusterId = node.Cluster is { } cluster ? BytesOf(cluster.Value) : ByteString.Empty,
            Forms = node.Forms,
            Joins = node.Joins,
            Epoch = node.Epoch.Number,
            Refusal = node.Refusal,
            Removed = node.Removed,
            Replication = (uint)node.Replication,
            RespAddress = node.RespAddress,
        };
        message.Documents.AddRange(node.Documents.Select(document => ByteString.CopyFrom(TopologyCodec.Encode(document))));
        message.Members.AddRange(node.Members);
        return message;
    }

    /// <summary>Reads what a node says of itself. Never throws, whatever the message is.</summary>
    /// <param name="problem">Why it cannot be talked with, for people.</param>
    public static bool TryDecode(Introduction message, [NotNullWhen(true)] out Acquaintance? node, [NotNullWhen(false)] out string? problem)
    {
        node = null;
        problem = message.Version != Version ? $"it speaks version {message.Version} of the introduction, this node {Version}"
            : message.Process.Length != MemberId.Size || message.MemberId.Length != MemberId.Size ? "its identity is malformed"
            : message.ClusterId.Length is not (0 or MemberId.Size) ? "its cluster's identity is malformed"
            : message.Name.Length is 0 or > NameLengthMax || message.Cluster.Length > NameLengthMax || message.Zone.Length > NameLengthMax ? "its name is malformed"
            : !IsAddress(message.GrpcAddress) || !IsAddress(message.HttpAddress) ? $"its address '{message.GrpcAddress}' is none"
            : message.RespAddress.Length > 0 && !IsAddress(message.RespAddress, "tcp") ? $"its address '{message.RespAddress}' is none"
            : message.Replication > TopologyDocument.MembersMax ? "its replication is malformed"
            : message.Members.Count > MembersMax || message.Members.Any(address => !IsAddress(address)) ? "its members' addresses are malformed"
            : null;
        List<TopologyDocument> documents = [];
        foreach (ByteString bytes in problem is null ? message.Documents.Take(TopologyChain.PageMax) : [])
        {
            if (!TopologyCodec.TryDecode(bytes.Memory, out TopologyDocument? document, out problem))
            {
                break;
            }

            documents.Add(document);
        }

        if (problem is not null)
        {
            return false;
        }

        TopologyMember self = new(
            new MemberId(GuidOf(message.MemberId)), 0, message.Name, message.HttpAddress, message.GrpcAddress, message.Zone, MemberState.Joining);
        ClusterId? cluster = message.ClusterId.IsEmpty ? null : new ClusterId(GuidOf(message.ClusterId));
        node = new Acquaintance(GuidOf(message.Process), message.Cluster, self, cluster, new Epoch(message.Epoch))
        {
            Forms = message.Forms,
            Joins = message.Joins,
            Documents = documents,
            Members = [.. message.Members],
            Refusal = message.Refusal,
            Removed = message.Removed,
            Replication = (int)message.Replication,
            RespAddress = message.RespAddress,
        };
        return true;
    }

    private static bool IsAddress(string text, string scheme = "http") =>
        text.Length <= AddressLengthMax && Uri.TryCreate(text, UriKind.Absolute, out Uri? address) && address.Scheme == scheme && address.Port > 0;

    private static ByteString BytesOf(Guid id) => ByteString.CopyFrom(id.ToByteArray(bigEndian: true));

    private static Guid GuidOf(ByteString bytes) => new(bytes.Span, bigEndian: true);
}
