namespace KvStore.Tests.Simulation;

/// <summary>What the network did, so that a test can prove that it met what it is about.</summary>
/// <param name="Sent">Frames handed over.</param>
/// <param name="Delivered">Copies handed to a member.</param>
/// <param name="Lost">By chance.</param>
/// <param name="Cut">Swallowed by a cut, at departure or on arrival.</param>
/// <param name="Duplicated">Sent on twice.</param>
/// <param name="Corrupted">Delivered with bits flipped.</param>
/// <param name="Overtaken">Copies that arrived after a later frame of their link.</param>
/// <param name="Unreceived">There was no live process at the other end.</param>
internal readonly record struct NetworkCounts(
    long Sent, long Delivered, long Lost, long Cut, long Duplicated, long Corrupted, long Overtaken, long Unreceived);
