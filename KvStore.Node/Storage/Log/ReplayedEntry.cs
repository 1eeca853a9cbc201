using KvStore.Node.Registers;

namespace KvStore.Node.Storage.Log;

/// <summary>A record or a purge as recovery reads it back. Its memory is valid during the call only.</summary>
/// <param name="Encoded">The record's bytes; empty for a purge.</param>
/// <param name="Record">Absent for a purge.</param>
/// <param name="Purged">The tombstone that a purge removes.</param>
internal readonly record struct ReplayedEntry(Memory<byte> Key, Memory<byte> Encoded, RegisterRecord Record, Ballot Purged)
{
    public bool IsPurge => Record.IsAbsent;
}
