using KvStore.Client;

namespace KvStore.Web.Slots;

/// <summary>A key that is asked for often.</summary>
/// <param name="Least">Operations a second in the last seconds, at least.</param>
/// <param name="Most">At most.</param>
public sealed record HotKeyRate(KvKey Key, int Slot, double Least, double Most);
