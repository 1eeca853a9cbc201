namespace KvStore.Client;

/// <summary>How many slots a member owns before a change and after it.</summary>
/// <param name="Member">Its name.</param>
public sealed record ChangeShare(string Member, int SlotsBefore, int SlotsAfter);
