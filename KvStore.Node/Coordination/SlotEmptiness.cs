using KvStore.Node.Registers;
using KvStore.Node.Ring;
using KvStore.Node.Storage;

namespace KvStore.Node.Coordination;

/// <summary>
/// Whether slots of this member hold nothing at all, after the last accept that it admitted at an epoch before the one in
/// force: what makes it right to change their owners without moving anything.
/// </summary>
/// <param name="durableLsn">Up to where the store's log is durable, as lanes have been told.</param>
internal sealed class SlotEmptiness(IStore store, Lane[] lanes, MemberClock clock, Func<long> durableLsn)
{
    /// <summary>How often the log is looked at while it is waited for.</summary>
    public static readonly TimeSpan LookInterval = TimeSpan.FromMilliseconds(10);

    /// <summary>How long the log is waited for; then the answer is no.</summary>
    public static readonly TimeSpan WaitMax = TimeSpan.FromSeconds(10);

    public async Task<bool> HoldAsync(Epoch epoch, IReadOnlyList<Slot> slots)
    {
        // First every lane comes to the epoch; then what was appended before that is durable, and applied when lanes go on.
        if (!await LookAsync(epoch, slots))
        {
            return false;
        }

        long appended = store.Status.AppendedLsn;
        long until = clock.Now + (long)WaitMax.TotalMilliseconds;
        while (durableLsn() < appended)
        {
            if (clock.Now > until)
            {
                return false;
            }

            await Task.Delay(LookInterval, clock.Time);
        }

        return await LookAsync(epoch, slots);
    }

    private async Task<bool> LookAsync(Epoch epoch, IReadOnlyList<Slot> slots)
    {
        List<Task<bool>> answers = [];
        foreach (IGrouping<int, Slot> ofLane in slots.GroupBy(slot => slot.Number % lanes.Length))
        {
            EmptySlots look = new(store, epoch, [.. ofLane]);
            lanes[ofLane.Key].Post(new LaneInput(LaneInputKind.Call, look));
            answers.Add(look.Answer);
        }

        return (await Task.WhenAll(answers)).All(isEmpty => isEmpty);
    }
}
