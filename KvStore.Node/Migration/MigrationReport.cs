using KvStore.Node.Registers;

namespace KvStore.Node.Migration;

/// <summary>What a member has to take over, and how far it is.</summary>
/// <param name="Epoch">Of the change.</param>
/// <param name="Slots">To be taken over by this member; 0 where no change is under way.</param>
/// <param name="SlotsComplete">Of these, durably complete.</param>
/// <param name="SlotsMissing">Of all members, slots of which no majority of the next owners is complete; null while unknown.</param>
/// <param name="Keys">Records taken over.</param>
/// <param name="KeysSettled">Keys settled by a round.</param>
/// <param name="Bytes">Of keys and values that came.</param>
/// <param name="BytesPerSecond">Since the transfer began.</param>
/// <param name="TimeLeft">Until this member is complete, as far as can be told.</param>
/// <param name="Sources">By old owner.</param>
internal sealed record MigrationReport(
    Epoch Epoch,
    int Slots,
    int SlotsComplete,
    int? SlotsMissing,
    long Keys,
    long KeysSettled,
    long Bytes,
    double BytesPerSecond,
    TimeSpan? TimeLeft,
    IReadOnlyList<SourceFigures> Sources)
{
    /// <summary>Records removed since start, of slots that other members own.</summary>
    public long KeysDropped { get; init; }
}
