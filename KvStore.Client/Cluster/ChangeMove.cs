namespace KvStore.Client;

/// <summary>What one member gives up and another takes over.</summary>
/// <param name="From">Name of the one that owns the slots and will not.</param>
/// <param name="To">Name of the one that will own them and does not.</param>
/// <param name="Slots">How many.</param>
/// <param name="Keys">In these slots: counted where the member that answers owns them, and else what a slot holds on average.</param>
/// <param name="Bytes">Of these keys and their values, likewise.</param>
public sealed record ChangeMove(string From, string To, int Slots, long Keys, long Bytes);
