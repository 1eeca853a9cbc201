namespace KvStore.Web.Slots;

/// <summary>One row of the square in numbers.</summary>
/// <param name="Busiest">The slot with the highest figure of the measure chosen.</param>
public sealed record SlotRow(int First, int Last, double Keys, double Bytes, double Reads, double Writes, int Busiest);
