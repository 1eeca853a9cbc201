using System.Collections.Immutable;
using KvStore.Client;

namespace KvStore.Web.Slots;

/// <summary>What a member said of its slots, and what it had counted when it was asked before: rates are the difference.</summary>
/// <param name="At">When it was asked, on any clock that only goes forward.</param>
/// <param name="Before">Null for the first time and after a restart, whose counts have nothing to do with those before.</param>
public sealed record SlotSample(MemberSlots Now, TimeSpan At, SlotSample.Counted? Before)
{
    /// <summary>Whether a member has told one figure a slot; one of another version may not.</summary>
    public static bool IsWhole(MemberSlots slots) =>
        new[] { slots.Keys, slots.ValueBytes, slots.Reads, slots.Writes }.All(figures => figures.Length == SlotSquare.Count);

    public static SlotSample First(MemberSlots now, TimeSpan at) => new(now, at, Before: null);

    public SlotSample Next(MemberSlots now, TimeSpan at) =>
        new(now, at, now.Id == Now.Id && now.BootCount == Now.BootCount ? new Counted(Now.Reads, Now.Writes, At) : null);

    /// <summary>Adds operations a second to each slot.</summary>
    public void AddRates(double[] reads, double[] writes)
    {
        if (Before is not { } before || At <= before.At)
        {
            return;
        }

        double seconds = (At - before.At).TotalSeconds;
        for (int slot = 0; slot < reads.Length; slot++)
        {
            reads[slot] += (Now.Reads[slot] - before.Reads[slot]) / seconds;
            writes[slot] += (Now.Writes[slot] - before.Writes[slot]) / seconds;
        }
    }

    /// <summary>Counts since the member's start.</summary>
    public sealed record Counted(ImmutableArray<long> Reads, ImmutableArray<long> Writes, TimeSpan At);
}
