using System.Buffers.Binary;
using KvStore.Node.Registers;
using KvStore.Node.Ring;
using KvStore.Node.Storage;

namespace KvStore.Node.Replication;

/// <summary>
/// The slots of which this member holds all that it needs to own them when the change of an epoch is complete, as its disk
/// says: nothing is shown that is not durable. Any thread.
/// </summary>
internal sealed class CompleteSlots
{
    private volatile Known _known = new(Epoch.None, new SlotSet());
    private long _taken;

    /// <param name="contents">Of the member's store.</param>
    public CompleteSlots(StoreContents contents)
    {
        foreach (Fact fact in contents.OfKind(FactKind.SlotsComplete))
        {
            _known = new Known(new Epoch(BinaryPrimitives.ReadUInt32LittleEndian(fact.Payload.Span)), SlotSet.ReadFrom(fact.Payload.Span[sizeof(uint)..]));
        }
    }

    /// <summary>Rises while this member takes over, by as much as it took, and while it pays for that: others see by it that it goes on.</summary>
    public long Taken => Volatile.Read(ref _taken);

    public void Take(long count) => Interlocked.Add(ref _taken, count);

    /// <summary>A copy; empty for another epoch than the last.</summary>
    public SlotSet At(Epoch epoch) => _known.Epoch == epoch ? _known.Slots.Copy() : new SlotSet();

    /// <summary>To be made durable before <see cref="Show"/>.</summary>
    public static Fact FactOf(Epoch epoch, SlotSet slots)
    {
        byte[] payload = new byte[sizeof(uint) + SlotSet.EncodedLength];
        BinaryPrimitives.WriteUInt32LittleEndian(payload, epoch.Number);
        slots.WriteTo(payload.AsSpan(sizeof(uint)));
        return new Fact(FactKind.SlotsComplete, 0, payload);
    }

    public void Show(Epoch epoch, SlotSet slots) => _known = new Known(epoch, slots.Copy());

    private sealed record Known(Epoch Epoch, SlotSet Slots);
}
