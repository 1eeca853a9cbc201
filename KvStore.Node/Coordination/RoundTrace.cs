using System.Diagnostics;
using KvStore.Node.Peers;
using KvStore.Node.Telemetry;
using KvStore.Node.Topology;

namespace KvStore.Node.Coordination;

/// <summary>
/// The spans of one phase of a round: one CLIENT span a replica, under the coordinator span of the first traced operation.
/// Exists only where an operation of the batch is traced.
/// </summary>
internal sealed class RoundTrace
{
    private readonly Activity?[] _spans;
    private readonly Activity _parent;
    private readonly string _request;
    private readonly SlotOwners _owners;
    private int _acks;

    private RoundTrace(Activity parent, string request, SlotOwners owners)
    {
        _parent = parent;
        _request = request;
        _owners = owners;
        _spans = new Activity?[owners.Count];
    }

    /// <returns>Null where no operation of the batch is traced.</returns>
    public static RoundTrace? Begin(IReadOnlyList<Operation> batch, string request, SlotOwners owners)
    {
        for (int i = 0; i < batch.Count; i++)
        {
            if (batch[i].Span is { } parent)
            {
                return new RoundTrace(parent, request, owners);
            }
        }

        return null;
    }

    /// <summary>Starts the span of one replica. Its context travels with the request, so that the replica's own span is a child.</summary>
    public ActivityContext Ask(int replica)
    {
        TopologyMember member = _owners[replica];
        Activity? span = NodeTelemetry.Start($"{_request} {member.Name}", ActivityKind.Client, _parent.Context);
        span?.SetTag(SpanAttributes.Member, member.Name);
        _spans[replica] = span;
        return span?.Context ?? default;
    }

    /// <param name="result">Null if the request could not be sent.</param>
    public void Replied(int replica, PeerReplyKind? result)
    {
        if (_spans[replica] is { } span)
        {
            span.SetTag(SpanAttributes.Result, result?.ToString() ?? "Unreachable");
            if (result is null)
            {
                span.SetStatus(ActivityStatusCode.Error, "unreachable");
            }

            NodeTelemetry.Stop(span);
            _spans[replica] = null;
            if (result is PeerReplyKind.Promised or PeerReplyKind.Accepted or PeerReplyKind.Read && !_parent.IsStopped)
            {
                // Of the last phase: the next one counts anew.
                _parent.SetTag(SpanAttributes.Acks, ++_acks);
            }
        }
    }

    /// <summary>Ends the spans of replicas that have not answered: the round goes on without them.</summary>
    public void End()
    {
        for (int i = 0; i < _spans.Length; i++)
        {
            _spans[i]?.SetTag(SpanAttributes.Result, "NotAwaited");
            NodeTelemetry.Stop(_spans[i]);
            _spans[i] = null;
        }
    }
}
