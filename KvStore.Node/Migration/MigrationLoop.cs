using KvStore.Node.Coordination;
using KvStore.Node.Peers;
using KvStore.Node.Registers;
using KvStore.Node.Replication;
using KvStore.Node.Ring;
using KvStore.Node.Storage;
using KvStore.Node.Topology;
using Microsoft.Extensions.Logging;

namespace KvStore.Node.Migration;

/// <summary>
/// Moves slots to their next owners: while owners change, takes over what this member is to own, makes durable what is
/// complete, and says when a majority of the next owners of every slot is; and removes what it does not own any more.
/// </summary>
/// <remarks>
/// <para>This folder reads and asks; what it finds is written in the lanes, by the same rules as a client's requests
/// (<see cref="KeyTransfer"/>, <see cref="FloorTransfer"/>, <see cref="LeftoverRemoval"/>).</para>
/// <para>Must hold: a slot is complete here only when this member holds, for every key, what a majority of the old owners
/// held when it answered at the epoch of the change, or a round of that epoch has settled the key; and nothing is said to
/// be complete that is not on disk. Bounded by <see cref="TransferPace"/> and <see cref="SlotTransfer.KeysMax"/>.</para>
/// <para>Failure: a slot whose old owners do not answer is tried again; complete slots survive a restart; where the disk is full
/// the rest waits until it is not. Whether the change goes on or is given up somebody else decides.</para>
/// </remarks>
/// <param name="durable">Ends when the store's log is on disk up to a number.</param>
/// <param name="completed">Told, perhaps again and again, that the change of an epoch can be completed.</param>
internal sealed class MigrationLoop(
    MemberId self,
    IStore store,
    Topologies topologies,
    BulkCalls calls,
    AgreedTransfer agreed,
    SlotTransfer transfer,
    LeftoverSweep leftover,
    TransferPace pace,
    CompleteSlots complete,
    TransferProgress progress,
    TransferTrace trace,
    TransferSettings settings,
    MemberClock clock,
    Func<long, Task> durable,
    Action<Epoch> completed,
    ProtocolSettings protocol,
    ILogger logger)
{
    /// <summary>Slots of the first batch; then more or fewer, so that a batch has some ten thousand keys.</summary>
    private const int BatchFirst = 1_024;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    private readonly LateOwners _late = new(clock.Time);
    private TopologySnapshot? _planned;
    private IReadOnlyList<SlotPull> _pulls = [];
    private CompletionTally? _tally;
    private Epoch _swept = Epoch.First;
    private int _batch = BatchFirst;

    /// <param name="mayRun">Whether this member serves.</param>
    public async Task RunAsync(Func<bool> mayRun, CancellationToken cancellationToken)
    {
        while (!cancellationToken.IsCancellationRequested)
        {
            await Task.Delay(settings.LookInterval, clock.Time, cancellationToken);
            TopologySnapshot topology = topologies.Current;
            if (!mayRun() || store.Shortage is not null)
            {
                continue;
            }

            if (topology.Document.Next is not null)
            {
                await MoveAsync(topology, cancellationToken);
            }
            else
            {
                trace.End("over", progress.Report());
            }

            // What is to be taken over goes first.
            bool maySweep = topology.Document.Next is null || protocol.Has(ProtocolFlaw.DroppedBeforeDecided);
            if (maySweep && _swept != topology.Epoch)
            {
                await SweepAsync(topology.Epoch, cancellationToken);
            }
        }
    }

    private async Task MoveAsync(TopologySnapshot joint, CancellationToken cancellationToken)
    {
        if (_planned != joint)
        {
            (_planned, _pulls, _tally) = (joint, TransferPlan.For(joint, self), null);
            pace.Begin();
            trace.Begin(joint, _pulls.Count);
            logger.LogInformation(
                "Epoch {Epoch} moves slots: {Slots} are to be this member's, {Staying} of which it owns already", joint.Epoch, _pulls.Count, _pulls.Count(pull => pull.IsStaying));
            if (_pulls.Count > 0 && settings.IsLimited)
            {
                await Task.Delay(settings.TurnTime * TransferPlan.TurnOf(joint, self), clock.Time, cancellationToken);
            }
        }

        SlotSet done = complete.At(joint.Epoch);
        progress.Begin(joint.Epoch, _pulls.Count, done.Count);
        if (!await TakeOverAsync(joint, done, cancellationToken))
        {
            return;
        }

        trace.End("complete", progress.Report());
        if (Surveys(joint.Document))
        {
            await SurveyAsync(joint, _tally ??= new CompletionTally(joint), done);
        }
    }

    /// <summary>Next owners do; and those that leave, where none of the current members stays, because only they have a vote in what follows.</summary>
    private bool Surveys(TopologyDocument joint) =>
        joint.Next!.Contains(self) || (joint.Current.Contains(self) && !joint.Current.Any(member => joint.Next!.Contains(member)));

    /// <returns>Whether this member holds all that it needs.</returns>
    private async Task<bool> TakeOverAsync(TopologySnapshot joint, SlotSet done, CancellationToken cancellationToken)
    {
        List<SlotPull> left = [.. _pulls.Where(pull => !done.Contains(pull.Slot))];
        for (int before = int.MaxValue; left.Count > 0 && left.Count < before;)
        {
            before = left.Count; // again for those that differed only because they were written to
            await agreed.RunAsync(joint, left, slots => CompleteAsync(joint.Epoch, done, slots), cancellationToken);
            left.RemoveAll(pull => done.Contains(pull.Slot));
        }

        while (left.Count > 0 && topologies.Current.Epoch == joint.Epoch)
        {
            SlotPull[] batch = [.. left.Take(_batch)];
            IReadOnlyList<Slot>? slots = protocol.Has(ProtocolFlaw.StayingOwnerComplete) && batch.Any(pull => pull.IsStaying)
                ? [.. batch.Where(pull => pull.IsStaying).Select(pull => pull.Slot)]
                : await transfer.RunAsync(joint, batch, cancellationToken);
            if (slots is null)
            {
                _batch = Math.Max(1, _batch / 2);
                continue;
            }

            if (slots.Count == 0)
            {
                return false;
            }

            _batch = Math.Min(_batch * 2, Slot.Count);
            await CompleteAsync(joint.Epoch, done, slots);
            left.RemoveAll(pull => done.Contains(pull.Slot));
        }

        return left.Count == 0;
    }

    private async Task CompleteAsync(Epoch epoch, SlotSet done, IReadOnlyList<Slot> slots)
    {
        foreach (Slot slot in slots)
        {
            done.Add(slot);
        }

        await durable(store.Append([StoreEntry.Of(CompleteSlots.FactOf(epoch, done))]));
        complete.Show(epoch, done);
        progress.Completed(done.Count, missing: null);
    }

    /// <summary>Asks the next owners what they hold, and says so if that is enough: at best, when all are complete.</summary>
    private async Task SurveyAsync(TopologySnapshot joint, CompletionTally tally, SlotSet done)
    {
        tally.Clear();
        long taken = 0;
        if (joint.Document.Next!.Contains(self))
        {
            tally.Hear(self, done);
        }

        foreach (MemberId member in joint.Document.Next!.Where(member => member != self))
        {
            PeerReply? reply = await calls.AskAsync(member, joint, PeerRequestKind.Completeness, new SlotQuestion([], PassCursor.Start), Patience);
            if (reply is { Slots.Complete: { } slots } answer && answer.Epoch == joint.Epoch)
            {
                tally.Hear(member, slots);
                taken += answer.Slots.Taken;
            }
        }

        int missing = tally.Missing();
        progress.Completed(done.Count, missing);
        bool areAwaited = _late.AreAwaited(joint.Epoch, taken, tally.AreJoinersWhole());
        if (missing == 0 && (tally.IsWhole() || !areAwaited))
        {
            MigrationReport report = progress.Report();
            logger.LogInformation(
                "The change of epoch {Epoch} can be completed. Here {Keys} records of {Bytes} bytes were taken over at {BytesPerSecond:F0} bytes/s, and {KeysSettled} keys settled by a round",
                joint.Epoch, report.Keys, report.Bytes, report.BytesPerSecond, report.KeysSettled);
            completed(joint.Epoch);
        }
    }

    private async Task SweepAsync(Epoch epoch, CancellationToken cancellationToken)
    {
        if (leftover.Leftover() is { Count: > 0 } slots)
        {
            if (await leftover.ClearAsync(slots, pace, cancellationToken))
            {
                logger.LogInformation("{Slots} slots that other members own since epoch {Epoch} are emptied", slots.Count, epoch);
            }
        }
        else
        {
            _swept = epoch;
        }
    }
}
