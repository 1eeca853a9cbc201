using KvStore.Node.Registers;
using KvStore.Node.Ring;

namespace KvStore.Tests.Simulation.Cluster;

/// <summary>A purge that is on some disk: from here on, the absence it leaves may be read, which no longer says which delete it was.</summary>
/// <param name="At">When it was durable; it shows only after that.</param>
/// <param name="Version">The tombstone's.</param>
internal readonly record struct ObservedPurge(TimeSpan At, Key Key, StateVersion Version);
