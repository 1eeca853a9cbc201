using System.Globalization;
using KvStore.Node.Coordination;
using KvStore.Node.Registers;
using KvStore.Node.Ring;
using KvStore.Node.Topology;

namespace KvStore.Node.FrontEnds.Resp;

/// <summary>
/// CLUSTER, for clients in cluster mode: which member to bring each slot's commands to. Nobody is ever sent elsewhere by MOVED, so a
/// client whose picture is old is answered as well.
/// </summary>
internal static class ClusterCommands
{
    private const string Disabled = "ERR This instance has cluster support disabled: KvStore:Resp:Cluster is not true";

    public static IReadOnlyList<RespCommand> All { get; } =
    [
        new("cluster", -2, "stale", KeyPlaces.None, "cluster", "3.0.0", "Tells which member clients in cluster mode are to bring each slot's commands to.") { InSteps = RunAsync, RunsAlone = true },
        new("asking", 1, "fast", KeyPlaces.None, "cluster", "3.0.0", "Accepted: every node reads and writes every key.") { AtOnce = static _ => RespReply.Ok },
    ];

    private static async ValueTask<RespReply> RunAsync(RespCall call)
    {
        if (call.Server.Facade is not { } facade)
        {
            return RespReply.Error(Disabled);
        }

        await facade.Ready;
        return (RespWord.Of(call.Arguments[1]), call.Count) switch
        {
            ("INFO", 2) => RespReply.Verbatim(Report(facade)),
            ("NODES", 2) => facade.Answer("NODES", call.Protocol, (topology, servers) => ClusterReplies.Nodes(facade.Self, topology, servers)),
            ("SLOTS", 2) => facade.Answer("SLOTS", call.Protocol, static (_, servers) => ClusterReplies.Slots(servers)),
            ("SHARDS", 2) => facade.Answer("SHARDS", call.Protocol, (_, servers) => ClusterReplies.Shards(PortNameOf(call.Server), servers)),
            ("MYID" or "MYSHARDID", 2) => RespReply.Text(facade.Servers()[0].Id),
            ("KEYSLOT", 3) => RespReply.Integer(Ring.Slots.Of(call.Arguments[2]).Number),
            ("COUNTKEYSINSLOT", 3) => await CountAsync(call),
            ("GETKEYSINSLOT", 4) => await KeysAsync(call),
            _ => Subcommands.Unknown(call),
        };
    }

    private static string PortNameOf(RespServer server) => server.Resp.CertificateFile.Length > 0 ? "tls-port" : "port";

    private static string Report(ClusterFacade facade)
    {
        (int ok, int doubted, int failed) = facade.Health();
        IReadOnlyList<ClusterServer> servers = facade.Servers();
        return string.Create(CultureInfo.InvariantCulture, $"""
            cluster_state:{(failed == 0 ? "ok" : "fail")}
            cluster_slots_assigned:{Slot.Count}
            cluster_slots_ok:{ok}
            cluster_slots_pfail:{doubted}
            cluster_slots_fail:{failed}
            cluster_known_nodes:{servers.Count}
            cluster_size:{servers.Count(server => server.Slots.Count > 0)}
            cluster_current_epoch:{facade.Topology.Epoch.Number}
            cluster_my_epoch:{facade.Topology.Epoch.Number}

            """).ReplaceLineEndings("\r\n");
    }

    private static async ValueTask<RespReply> CountAsync(RespCall call)
    {
        if (ReadSlot(call, out SlotSpans slot) is { } wrong)
        {
            return wrong;
        }

        long count = 0;
        RequestFailure? failure = await ForEachPageAsync(call, slot, Listings.EntriesMax, page =>
        {
            count += page.Entries.Count;
            return true;
        });
        return failure is null ? RespReply.Integer(count) : RespError.Of(failure);
    }

    private static async ValueTask<RespReply> KeysAsync(RespCall call)
    {
        if (ReadSlot(call, out SlotSpans slot) is { } wrong)
        {
            return wrong;
        }

        if (!RespNumber.TryParse(call.Arguments[3], out long most) || most < 0)
        {
            return RespReply.Error("ERR Invalid number of keys");
        }

        most = Math.Min(most, KeyspaceCommands.KeysMax);
        List<RespReply> keys = [];
        RequestFailure? failure = most == 0 ? null : await ForEachPageAsync(call, slot, (int)Math.Min(most, Listings.EntriesMax), page =>
        {
            keys.AddRange(page.Entries.Take((int)most - keys.Count).Select(entry => RespReply.Bulk(entry.Key.Memory)));
            return keys.Count < most;
        });
        return failure is null ? RespReply.Array(keys) : RespError.Of(failure);
    }

    private static RespReply? ReadSlot(RespCall call, out SlotSpans slot)
    {
        bool isNumber = RespNumber.TryParse(call.Arguments[2], out long number);
        bool isSlot = isNumber && number is >= 0 and < Slot.Count;
        ushort known = isSlot ? (ushort)number : (ushort)0;
        slot = new SlotSpans([(known, known)]);
        return isSlot ? null : isNumber ? RespReply.Error("ERR Invalid slot") : RespError.NotInteger;
    }

    /// <param name="take">Whether there is to be another page.</param>
    private static async ValueTask<RequestFailure?> ForEachPageAsync(RespCall call, SlotSpans slot, int limit, Func<KeyListing, bool> take)
    {
        ReadOnlyMemory<byte> after = default;
        do
        {
            KeyListing page = await call.Server.Operations.ListAsync(default, after, limit, slot);
            if (page.Failure != OperationFailure.None)
            {
                return OperationAnswer.FailureOf(page.Failure, Consistency.Quorum);
            }

            after = take(page) ? ListingCursor.After(page) : default;
        }
        while (!after.IsEmpty);
        return null;
    }
}
