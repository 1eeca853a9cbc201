namespace KvStore.Node.Ring;

/// <summary>One of <see cref="Count"/> units of placement; every key belongs to exactly one (<see cref="Slots.Of"/>).</summary>
internal readonly record struct Slot : IComparable<Slot>
{
    /// <summary>How many slots there are. Fixed for ever: Redis Cluster clients compute slots themselves.</summary>
    public const int Count = 16384;

    public Slot(int number)
    {
        if ((uint)number >= Count)
        {
            throw new ArgumentOutOfRangeException(nameof(number), number, $"A slot's number is 0 to {Count - 1}.");
        }

        Number = (ushort)number;
    }

    public ushort Number { get; }

    public int CompareTo(Slot other) => Number.CompareTo(other.Number);

    public override string ToString() => Number.ToString(System.Globalization.CultureInfo.InvariantCulture);
}
