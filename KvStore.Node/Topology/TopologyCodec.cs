using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using KvStore.Node.Registers;
using KvStore.Node.Ring;

namespace KvStore.Node.Topology;

/// <summary>
/// A topology document as JSON: on disk, between members, and readable by an operator who opens the file. The same document
/// always has the same bytes.
/// </summary>
internal static class TopologyCodec
{
    private const int Format = 1;

    public static byte[] Encode(TopologyDocument document)
    {
        ArrayBufferWriter<byte> buffer = new();
        using Utf8JsonWriter json = new(buffer);
        json.WriteStartObject();
        json.WriteNumber("format", Format);
        json.WriteString("cluster", document.Cluster.ToString());
        if (document.ClusterName.Length > 0)
        {
            json.WriteString("name", document.ClusterName);
        }

        json.WriteNumber("epoch", document.Epoch.Number);
        json.WriteNumber("replication", document.Replication);
        json.WriteNumber("virtualNodes", document.VirtualNodes);
        json.WriteNumber("loadBound", document.LoadBound);
        json.WriteStartArray("members");
        foreach (TopologyMember member in document.Members)
        {
            WriteMember(json, member);
        }

        json.WriteEndArray();
        WriteSet(json, "current", document.Current);
        if (document.Next is null)
        {
            json.WriteNull("next");
        }
        else
        {
            WriteSet(json, "next", document.Next);
        }

        json.WriteEndObject();
        json.Flush();
        return buffer.WrittenSpan.ToArray();
    }

    /// <returns>False, with what is wrong, if the bytes are not a document this version understands.</returns>
    public static bool TryDecode(
        ReadOnlyMemory<byte> bytes, [NotNullWhen(true)] out TopologyDocument? document, [NotNullWhen(false)] out string? problem)
    {
        document = null;
        try
        {
            using JsonDocument json = JsonDocument.Parse(bytes);
            JsonElement root = json.RootElement;
            int format = root.GetProperty("format").GetInt32();
            if (format != Format)
            {
                problem = $"the topology document has format {format}; this version reads {Format}";
                return false;
            }

            document = Read(root);
            problem = null;
            return true;
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or FormatException or InvalidOperationException)
        {
            problem = $"the topology document cannot be read: {e.Message}";
            return false;
        }
    }

    private static TopologyDocument Read(JsonElement root)
    {
        JsonElement next = root.GetProperty("next");
        return new TopologyDocument(
            new ClusterId(root.GetProperty("cluster").GetGuid()),
            new Epoch(root.GetProperty("epoch").GetUInt32()),
            root.GetProperty("replication").GetInt32(),
            root.GetProperty("virtualNodes").GetInt32(),
            root.GetProperty("loadBound").GetDouble(),
            [.. root.GetProperty("members").EnumerateArray().Select(ReadMember)],
            ReadSet(root.GetProperty("current")),
            next.ValueKind == JsonValueKind.Null ? null : ReadSet(next))
        {
            ClusterName = root.TryGetProperty("name", out JsonElement name) ? name.GetString() ?? "" : "",
        };
    }

    private static MemberId[] ReadSet(JsonElement set) => [.. set.EnumerateArray().Select(id => new MemberId(id.GetGuid()))];

    private static TopologyMember ReadMember(JsonElement member) => new(
        new MemberId(member.GetProperty("id").GetGuid()),
        member.GetProperty("ordinal").GetUInt16(),
        Text(member, "name"),
        Text(member, "http"),
        Text(member, "grpc"),
        Text(member, "zone"),
        Text(member, "state") switch
        {
            "joining" => MemberState.Joining,
            "active" => MemberState.Active,
            "leaving" => MemberState.Leaving,
            string other => throw new FormatException($"member state '{other}'"),
        })
    {
        Successor = member.TryGetProperty("successor", out JsonElement successor) ? successor.GetString() ?? "" : "",
    };

    private static string Text(JsonElement member, string property) =>
        member.GetProperty(property).GetString() ?? throw new FormatException($"'{property}' is null");

    private static void WriteMember(Utf8JsonWriter json, TopologyMember member)
    {
        json.WriteStartObject();
        json.WriteString("id", member.Id.ToString());
        json.WriteNumber("ordinal", member.Ordinal);
        json.WriteString("name", member.Name);
        json.WriteString("http", member.HttpAddress);
        json.WriteString("grpc", member.GrpcAddress);
        json.WriteString("zone", member.Zone);
        json.WriteString("state", NameOf(member.State));
        if (member.Successor.Length > 0)
        {
            json.WriteString("successor", member.Successor);
        }

        json.WriteEndObject();
    }

    /// <summary>"joining", "active" or "leaving".</summary>
    public static string NameOf(MemberState state) => state switch
    {
        MemberState.Joining => "joining",
        MemberState.Active => "active",
        MemberState.Leaving => "leaving",
        _ => throw new InvariantViolation($"No member state {state}"),
    };

    private static void WriteSet(Utf8JsonWriter json, string name, IReadOnlyList<MemberId> set)
    {
        json.WriteStartArray(name);
        foreach (MemberId id in set)
        {
            json.WriteStringValue(id.ToString());
        }

        json.WriteEndArray();
    }
}
