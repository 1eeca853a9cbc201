namespace KvStore.Tests.Chaos;

/// <summary>A part of the exercise, for its table.</summary>
/// <param name="Start">Timestamp of the stopwatch.</param>
/// <param name="Finish">Likewise.</param>
/// <param name="SlotsMoved">Owners of slots that changed; 0 where the members stayed the same.</param>
/// <param name="SlotsMovedLeast">The fewest by which the shares afterwards could be reached.</param>
/// <param name="Imbalance">At its end: the most keys that a member holds, of the mean. What moved away may not be removed yet. Null where it was not asked.</param>
/// <param name="IsQuiet">Whether nothing changed in it, so that the phases after it are compared with it.</param>
internal sealed record ElasticPhase(string Name, long Start, long Finish, int SlotsMoved, int SlotsMovedLeast, double? Imbalance, bool IsQuiet);
