using KvStore.Node.Coordination;
using KvStore.Node.Peers;
using KvStore.Node.Registers;
using KvStore.Node.Ring;
using KvStore.Node.Storage;
using KvStore.Node.Topology;

namespace KvStore.Node.Migration;

/// <summary>Asks old owners about slots while owners change, page by page and at the pace of transfers.</summary>
internal sealed class SlotPages(Topologies topologies, BulkCalls calls, TransferPace pace, TransferProgress progress, ProtocolSettings protocol)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    /// <summary>Whether the change is over, or another one.</summary>
    public bool IsOver(TopologySnapshot joint) => topologies.Current.Epoch != joint.Epoch;

    /// <returns>Null unless the source answers at the epoch of the change.</returns>
    public async Task<PeerReply?> AskAsync(TopologySnapshot joint, MemberId source, PeerRequestKind kind, SlotQuestion question)
    {
        PeerReply? answer = await calls.AskAsync(source, joint, kind, question, Patience);
        return answer is { } reply && reply.Epoch == joint.Epoch && !IsOver(joint) ? answer : null;
    }

    /// <summary>Reads all pages of a source's slots; the next page is on its way while one is taken.</summary>
    /// <returns>False if it did not answer to the end.</returns>
    public async Task<bool> ReadAsync(
        TopologySnapshot joint, MemberId source, PeerRequestKind kind, ushort[] numbers, Func<PeerReply, Task> take, CancellationToken cancellationToken)
    {
        Task<PeerReply?> asked = AskAsync(joint, source, kind, new SlotQuestion(numbers, PassCursor.Start));
        while (true)
        {
            if (await asked is not { Page: { } page, Next: { } next } reply)
            {
                return false;
            }

            long bytes = page.Entries.Sum(entry => (long)entry.Key.Length + entry.Record.State!.Value.Length);
            progress.Took(source, 0, bytes);
            await pace.PayAsync(source, page.Entries.Count, bytes, cancellationToken);
            cancellationToken.ThrowIfCancellationRequested();
            bool isComplete = page.Complete || protocol.Has(ProtocolFlaw.PagesSkipped);
            asked = isComplete ? asked : AskAsync(joint, source, kind, new SlotQuestion(numbers, next));
            await take(reply);
            if (isComplete)
            {
                return true;
            }
        }
    }
}
