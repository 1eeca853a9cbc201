using KvStore.Client;

namespace KvStore.Web.Keys;

/// <summary>An edit that found the value changed since it was read: nothing was written.</summary>
/// <param name="Mine">What was to be stored; null if the value was to be deleted.</param>
/// <param name="Theirs">What is stored now; null if there is no value any more.</param>
public sealed record KeyLostRace(ReadOnlyMemory<byte>? Mine, KvValue? Theirs);
