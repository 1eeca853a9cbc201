using KvStore.Node.Registers;
using KvStore.Node.Ring;

namespace KvStore.Node.Storage;

/// <summary>
/// A small durable thing with an identity of kind and number. An empty payload takes it back. What a payload means is the
/// matter of whoever appends it, except for a floor's, which the store itself goes by.
/// </summary>
/// <param name="Payload">At most a key, a record of the largest value and <see cref="PayloadSlack"/> bytes.</param>
internal readonly record struct Fact(FactKind Kind, long Number, ReadOnlyMemory<byte> Payload)
{
    /// <summary>What a fact may hold beside a key and its record, such as whom a hint is for.</summary>
    public const int PayloadSlack = 128;

    public bool IsWellFormed => Kind != FactKind.Floor
        || (Number is >= 0 and < Slot.Count && Payload.Length is 0 or Ballot.EncodedLength);

    public static Fact Floor(Slot slot, Ballot floor)
    {
        byte[] payload = new byte[Ballot.EncodedLength];
        floor.WriteTo(payload);
        return new Fact(FactKind.Floor, slot.Number, payload);
    }
}
