using System.Diagnostics;
using KvStore.Node.Peers;
using KvStore.Node.Telemetry;
using KvStore.Node.Topology;

namespace KvStore.Node.Coordination;

/// <summary>
/// What is told of one phase of a round: one CLIENT span a replica, under the coordinator span of the first traced operation, and
/// events for every <see cref="RequestTrail"/>. Exists only where an operation of the batch is traced or followed.
/// </summary>
internal sealed class RoundTrace
{
    private readonly Activity?[] _spans;
    private readonly Activity? _parent;
    private readonly string _request;
    private readonly SlotOwners _owners;
    private int _acks;

    private RoundTrace(Activity? parent, RequestTrail[] trails, string request, SlotOwners owners)
    {
        _parent = parent;
        Trails = trails;
        _request = request;
        _owners = owners;
        _spans = new Activity?[owners.Count];
        Tell(TrailEventKind.PhaseBegun);
    }

    /// <summary>Of the operations of the batch that are followed.</summary>
    public RequestTrail[] Trails { get; }

    /// <summary>Why replicas are asked from now on; for trails only.</summary>
    public TrailEventKind Asking { get; set; } = TrailEventKind.Asked;

    /// <returns>Null where no operation of the batch is traced or followed.</returns>
    public static RoundTrace? Begin(IReadOnlyList<Operation> batch, string request, SlotOwners owners)
    {
        Activity? parent = null;
        RequestTrail[] trails = [];
        for (int i = 0; i < batch.Count; i++)
        {
            parent ??= batch[i].Span;
            if (batch[i].Trail is { } trail)
            {
                trails = [.. trails, trail];
            }
        }

        return parent is null && trails.Length == 0 ? null : new RoundTrace(parent, trails, request, owners);
    }

    /// <summary>Starts the span of one replica. Its context travels with the request, so that the replica's own span is a child.</summary>
    public ActivityContext Ask(int replica)
    {
        TopologyMember member = _owners[replica];
        Tell(Asking, member.Name);
        if (_parent is null)
        {
            return default;
        }

        Activity? span = NodeTelemetry.Start($"{_request} {member.Name}", ActivityKind.Client, _parent.Context);
        span?.SetTag(SpanAttributes.Member, member.Name);
        _spans[replica] = span;
        return span?.Context ?? default;
    }

    /// <param name="result">Null if the request could not be sent.</param>
    public void Replied(int replica, PeerReplyKind? result)
    {
        if (Trails.Length > 0)
        {
            Tell(result is null ? TrailEventKind.Unreachable : TrailEventKind.Replied, _owners[replica].Name, result?.ToString() ?? "");
        }

        if (_spans[replica] is { } span)
        {
            span.SetTag(SpanAttributes.Result, result?.ToString() ?? "Unreachable");
            if (result is null)
            {
                span.SetStatus(ActivityStatusCode.Error, "unreachable");
            }

            NodeTelemetry.Stop(span);
            _spans[replica] = null;
            if (result is PeerReplyKind.Promised or PeerReplyKind.Accepted or PeerReplyKind.Read && !_parent!.IsStopped)
            {
                // Of the last phase: the next one counts anew.
                _parent.SetTag(SpanAttributes.Acks, ++_acks);
            }
        }
    }

    public void HedgeWon() => Tell(TrailEventKind.HedgeWon);

    /// <summary>Ends the spans of replicas that have not answered: the round goes on without them.</summary>
    public void End()
    {
        Tell(TrailEventKind.PhaseOver);
        for (int i = 0; i < _spans.Length; i++)
        {
            _spans[i]?.SetTag(SpanAttributes.Result, "NotAwaited");
            NodeTelemetry.Stop(_spans[i]);
            _spans[i] = null;
        }
    }

    private void Tell(TrailEventKind kind, string member = "", string reply = "")
    {
        foreach (RequestTrail trail in Trails)
        {
            trail.Add(kind, _request, member, reply);
        }
    }
}
