namespace KvStore.Node.Ring;

/// <summary>Slots as spans, to be told to others: of each the first slot and the last. Immutable.</summary>
internal sealed class SlotSpans
{
    /// <summary>As many as a square of all slots has rows.</summary>
    public const int CountMax = 128;

    private readonly SlotSet _slots = new();

    /// <param name="spans">1 to <see cref="CountMax"/>, none of which ends before it begins.</param>
    public SlotSpans(IReadOnlyList<(ushort First, ushort Last)> spans)
    {
        Invariant.Holds(spans.Count is > 0 and <= CountMax);
        Spans = spans;
        foreach ((ushort first, ushort last) in spans)
        {
            Invariant.Holds(first <= last);
            for (int number = first; number <= last; number++)
            {
                _slots.Add(new Slot(number));
            }
        }
    }

    public IReadOnlyList<(ushort First, ushort Last)> Spans { get; }

    public bool Contains(Slot slot) => _slots.Contains(slot);
}
