namespace KvStore.Client;

/// <summary>How many slots a member owns before a change and after it.</summary>
/// <param name="Member">Its name.</param>
/// <param name="SlotsBefore">Counted once for each slot of which it is one of the owners.</param>
/// <param name="SlotsAfter">Likewise.</param>
public sealed record ChangeShare(string Member, int SlotsBefore, int SlotsAfter);
