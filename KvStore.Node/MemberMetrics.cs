using System.Diagnostics.Metrics;
using KvStore.Node.Gossip;
using KvStore.Node.Membership;
using KvStore.Node.Peers;
using KvStore.Node.Ring;
using KvStore.Node.Storage;
using KvStore.Node.Telemetry;

namespace KvStore.Node;

/// <summary>
/// How full a member is, for whoever collects metrics: what waits in its queues, its hints, its disk, what it sees of others.
/// Everything is read from a report that is made when it is asked for, at most once in <see cref="ReportAgeMax"/>.
/// </summary>
internal sealed class MemberMetrics : IDisposable
{
    /// <summary>All instruments of one collection read the same report.</summary>
    public static readonly TimeSpan ReportAgeMax = TimeSpan.FromMilliseconds(500);

    private readonly Meter _meter = new(NodeTelemetry.MeterName);
    private readonly Member _member;
    private readonly GossipLoop _gossip;
    private readonly TimeProvider _time;
    private (long At, MemberReport Report)? _latest;

    public MemberMetrics(Member member, GossipLoop gossip, TimeProvider time)
    {
        _member = member;
        _gossip = gossip;
        _time = time;
        AddQueues();
        AddStore();
        AddGossip();
    }

    private MemberReport Report
    {
        get
        {
            if (_latest is { } latest && _time.GetElapsedTime(latest.At) < ReportAgeMax)
            {
                return latest.Report;
            }

            MemberReport report = _member.Report();
            _latest = (_time.GetTimestamp(), report);
            return report;
        }
    }

    public void Dispose() => _meter.Dispose();

    private void AddQueues()
    {
        _meter.CreateObservableUpDownCounter("kvstore.operations.in_flight", () => Report.Operations.InFlight, "{operation}", "Operations admitted and not answered.");
        _meter.CreateObservableUpDownCounter("kvstore.lane.inputs", Inputs, "{input}", "Inputs that wait for a lane.");
        _meter.CreateObservableUpDownCounter("kvstore.peer.queued", () => Links(link => link.QueuedBytes), "By", "Bytes that wait for a peer or are being sent to it.");
        _meter.CreateObservableCounter("kvstore.peer.frames", () => Links(link => link.FramesSent), "{frame}", "Frames sent to a peer, pings included.");
        _meter.CreateObservableCounter("kvstore.peer.refused", () => Links(link => link.SendsRefused), "{message}", "Messages not taken: the queue was full or the link not open.");
        _meter.CreateObservableCounter("kvstore.peer.dropped", () => Links(link => link.MessagesDropped), "{message}", "Messages taken and lost unsent with a connection.");
        _meter.CreateObservableUpDownCounter("kvstore.hints.waiting", Hints, "{hint}", "Hints kept for a replica.");
        _meter.CreateObservableUpDownCounter("kvstore.changes.pending", () => Report.ChangesPending, "{change}", "Changes acknowledged at level one and not committed yet.");
    }

    private void AddStore()
    {
        _meter.CreateObservableUpDownCounter("kvstore.storage.keys", () => Report.Store.Keys, "{key}", "Keys with a value.");
        _meter.CreateObservableUpDownCounter("kvstore.storage.tombstones", () => Report.Store.Tombstones, "{tombstone}", "Keys deleted and not purged.");
        _meter.CreateObservableUpDownCounter("kvstore.storage.values", () => Report.Store.ValueBytes, "By", "Bytes of keys and values.");
        _meter.CreateObservableUpDownCounter(
            "kvstore.storage.log.waiting", () => Report.Store.AppendedLsn - Report.Store.DurableLsn, "{record}", "Records appended to the write-ahead log and not on disk.");
        _meter.CreateObservableUpDownCounter("kvstore.storage.disk", Disk, "By", "Bytes of the data directory's files, by what they are.");
    }

    private void AddGossip()
    {
        _meter.CreateObservableCounter("kvstore.gossip.packets", Packets, "{packet}", "Packets of failure detection handed to the wire, or received and of no use.");
        _meter.CreateObservableGauge("kvstore.gossip.health", () => _gossip.Self.HealthScore, "1", "How far this member mistrusts its own timers; 0 is best.");
        _meter.CreateObservableUpDownCounter("kvstore.members", Members, "{member}", "Other members, by how this one sees them.");
    }

    private IEnumerable<Measurement<int>> Inputs() =>
        _member.InputsWaiting.Select((waiting, lane) => new Measurement<int>(waiting, new KeyValuePair<string, object?>(SpanAttributes.Lane, lane)));

    private IEnumerable<Measurement<long>> Links(Func<PeerLinkStatus, long> figure) => Report.Peers.Select(link => new Measurement<long>(
        figure(link),
        new KeyValuePair<string, object?>(SpanAttributes.Member, link.Name),
        new KeyValuePair<string, object?>(SpanAttributes.Link, NameOf(link.LinkClass))));

    /// <summary>Of every other member, also where there are none: a line that comes and goes cannot be read.</summary>
    private IEnumerable<Measurement<int>> Hints()
    {
        Dictionary<MemberId, int> counts = Report.Upkeep.Hints.ToDictionary(hints => hints.Target, hints => hints.Count);
        return _member.Topologies.Current.Document.Members.Where(member => member.Id != _member.Id).Select(member =>
            new Measurement<int>(counts.GetValueOrDefault(member.Id), new KeyValuePair<string, object?>(SpanAttributes.Member, member.Name)));
    }

    private IEnumerable<Measurement<long>> Disk()
    {
        StoreStatus store = Report.Store;
        StoreFiles files = store.Files;
        return
        [
            new(files.LogBytes, new KeyValuePair<string, object?>(SpanAttributes.Part, "log")),
            new(files.DataBytes, new KeyValuePair<string, object?>(SpanAttributes.Part, "data")),
            new(Math.Max(0, store.DiskBytes - files.LogBytes - files.DataBytes), new KeyValuePair<string, object?>(SpanAttributes.Part, "other")),
        ];
    }

    private IEnumerable<Measurement<long>> Packets() =>
    [
        new(_gossip.Sent, new KeyValuePair<string, object?>(SpanAttributes.Result, "sent")),
        new(_gossip.Refused, new KeyValuePair<string, object?>(SpanAttributes.Result, "refused")),
    ];

    private IEnumerable<Measurement<int>> Members()
    {
        IReadOnlyList<MemberSight> sights = _gossip.Sights;
        return Enum.GetValues<Liveness>().Select(liveness => new Measurement<int>(
            sights.Count(sight => sight.Liveness == liveness && sight.Member != _member.Id),
            new KeyValuePair<string, object?>(SpanAttributes.Liveness, MemberGossip.NameOf(liveness))));
    }

    private static string NameOf(LinkClass link) => link switch
    {
        LinkClass.Register => "register",
        LinkClass.Bulk => "bulk",
        _ => throw new InvariantViolation($"No link class {link}"),
    };
}
