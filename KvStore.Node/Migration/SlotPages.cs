using System.Diagnostics;
using KvStore.Node.Coordination;
using KvStore.Node.Peers;
using KvStore.Node.Registers;
using KvStore.Node.Ring;
using KvStore.Node.Storage;
using KvStore.Node.Telemetry;
using KvStore.Node.Topology;

namespace KvStore.Node.Migration;

/// <summary>Asks old owners about slots while owners change, page by page and at the pace of transfers.</summary>
internal sealed class SlotPages(Topologies topologies, BulkCalls calls, TransferPace pace, TransferProgress progress, TransferTrace trace, ProtocolSettings protocol)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    /// <summary>Whether the change is over, or another one.</summary>
    public bool IsOver(TopologySnapshot joint) => topologies.Current.Epoch != joint.Epoch;

    /// <returns>Null unless the source answers at the epoch of the change.</returns>
    public async Task<PeerReply?> AskAsync(TopologySnapshot joint, MemberId source, PeerRequestKind kind, SlotQuestion question)
    {
        Activity? span = trace.Ask(joint, source, NameOf(kind), question.Numbers.Count);
        PeerReply? answer = await AskAsync(joint, source, kind, question, span?.Context ?? default);
        span?.SetTag(SpanAttributes.Result, answer is { } reply ? reply.Kind.ToString() : "Unanswered");
        NodeTelemetry.Stop(span);
        return answer;
    }

    /// <summary>To be called between two questions that come one right after the other.</summary>
    public Task RestAsync(CancellationToken cancellationToken) => pace.RestAfterQuestionAsync(cancellationToken);

    /// <summary>Reads all pages of a source's slots; the next page is on its way while one is taken.</summary>
    /// <param name="take">Given each page, and the span of the question, if it has one.</param>
    /// <returns>False if it did not answer to the end.</returns>
    public async Task<bool> ReadAsync(
        TopologySnapshot joint, MemberId source, PeerRequestKind kind, ushort[] numbers, Func<PeerReply, ActivityContext, Task> take, CancellationToken cancellationToken)
    {
        Activity? span = trace.Ask(joint, source, NameOf(kind), numbers.Length);
        try
        {
            bool isWhole = await ReadAsync(joint, source, kind, numbers, span, take, cancellationToken);
            span?.SetTag(SpanAttributes.Result, isWhole ? "Whole" : "Unanswered");
            return isWhole;
        }
        finally
        {
            NodeTelemetry.Stop(span);
        }
    }

    private async Task<bool> ReadAsync(
        TopologySnapshot joint, MemberId source, PeerRequestKind kind, ushort[] numbers, Activity? span, Func<PeerReply, ActivityContext, Task> take, CancellationToken cancellationToken)
    {
        bool IsOverElseGoesOn()
        {
            progress.GoesOn();
            return IsOver(joint);
        }

        ActivityContext context = span?.Context ?? default;
        (int pages, long records, long allBytes) = (0, 0, 0);
        Task<PeerReply?> asked = AskAsync(joint, source, kind, new SlotQuestion(numbers, PassCursor.Start), context);
        while (true)
        {
            if (await asked is not { Page: { } page, Next: { } next } reply)
            {
                return false;
            }

            long bytes = page.Entries.Sum(entry => (long)entry.Key.Length + entry.Record.State!.Value.Length);
            progress.Took(source, 0, bytes);
            await pace.PayAsync(source, page.Entries.Count, bytes, IsOverElseGoesOn, cancellationToken);
            cancellationToken.ThrowIfCancellationRequested();
            if (IsOver(joint))
            {
                return false;
            }

            bool isComplete = page.Complete || protocol.Has(ProtocolFlaw.PagesSkipped);
            (pages, records, allBytes) = (pages + 1, records + page.Entries.Count, allBytes + bytes);
            asked = isComplete ? asked : AskAsync(joint, source, kind, new SlotQuestion(numbers, next), pages < TransferTrace.PagesMax ? context : default);
            await take(reply, context);
            if (isComplete)
            {
                span?.SetTag(SpanAttributes.Pages, pages);
                span?.SetTag(SpanAttributes.Records, records);
                span?.SetTag(SpanAttributes.Bytes, allBytes);
                return true;
            }
        }
    }

    private async Task<PeerReply?> AskAsync(TopologySnapshot joint, MemberId source, PeerRequestKind kind, SlotQuestion question, ActivityContext context)
    {
        PeerReply? answer = await calls.AskAsync(source, joint, kind, question, Patience, context);
        return answer is { } reply && reply.Epoch == joint.Epoch && !IsOver(joint) ? answer : null;
    }

    private static string NameOf(PeerRequestKind kind) => kind switch
    {
        PeerRequestKind.SlotDigests => "compare slots",
        PeerRequestKind.Inventory => "list slots",
        PeerRequestKind.Pull => "pull slots",
        _ => throw new InvariantViolation($"No question about slots that move: {kind}"),
    };
}
