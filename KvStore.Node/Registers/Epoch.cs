using System.Globalization;

namespace KvStore.Node.Registers;

/// <summary>The number of a decided topology document. The first is 1; 0 is before any.</summary>
internal readonly record struct Epoch(uint Number) : IComparable<Epoch>
{
    public static readonly Epoch None = default;

    public static readonly Epoch First = new(1);

    public int CompareTo(Epoch other) => Number.CompareTo(other.Number);

    public static bool operator <(Epoch left, Epoch right) => left.Number < right.Number;

    public static bool operator >(Epoch left, Epoch right) => left.Number > right.Number;

    public static bool operator <=(Epoch left, Epoch right) => left.Number <= right.Number;

    public static bool operator >=(Epoch left, Epoch right) => left.Number >= right.Number;

    public override string ToString() => Number.ToString(CultureInfo.InvariantCulture);
}
