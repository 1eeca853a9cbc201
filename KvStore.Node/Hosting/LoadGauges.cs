using System.Diagnostics.Metrics;
using KvStore.Node.Telemetry;

namespace KvStore.Node.Hosting;

/// <summary>How much one member has to do, looked at whenever metrics are collected; until it is disposed of.</summary>
internal sealed class LoadGauges : IDisposable
{
    private readonly Meter _meter = new(NodeTelemetry.MeterName);

    public LoadGauges(Member member)
    {
        _meter.CreateObservableGauge(
            "kvstore.operations.in_flight", () => member.Coordinator.Figures.InFlight, "{operation}", "Operations of clients let in and not answered.");
        _meter.CreateObservableGauge("kvstore.operations.limit", () => member.Load().OperationsLimit, "{operation}", "Operations that are let in at once now.");
        _meter.CreateObservableGauge("kvstore.lanes.waiting", () => member.Load().InputsWaiting, "{input}", "Inputs that wait for a lane.");
        _meter.CreateObservableGauge(
            "kvstore.peers.queued",
            () => member.Links.Statuses.GroupBy(link => link.Name).Select(links => new Measurement<long>(links.Sum(link => link.QueuedBytes), Of(links.Key))),
            "By",
            "Bytes that wait to leave for another member, or are leaving.");
        _meter.CreateObservableGauge(
            "kvstore.peers.rank",
            () => member.Load().Ranks.Select(rank => new Measurement<double>(
                rank.Milliseconds / 1_000, Of(member.Topologies.Current.Find(rank.Member)?.Name ?? rank.Member.ToString()))),
            "s",
            "What the answer of a member to a read or prepare is expected to take.");
    }

    public void Dispose() => _meter.Dispose();

    private static KeyValuePair<string, object?> Of(string member) => new(SpanAttributes.Member, member);
}
