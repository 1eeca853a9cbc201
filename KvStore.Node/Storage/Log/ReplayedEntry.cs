using KvStore.Node.Registers;

namespace KvStore.Node.Storage.Log;

/// <summary>A record, a purge or a removal as recovery reads it back. Its memory is valid during the call only.</summary>
/// <param name="Encoded">The record's bytes; empty for a purge or removal.</param>
/// <param name="Record">Absent for a purge or removal.</param>
/// <param name="Purged">What a purge or removal removes.</param>
/// <param name="RaisesFloor">Whether it is a purge.</param>
internal readonly record struct ReplayedEntry(Memory<byte> Key, Memory<byte> Encoded, RegisterRecord Record, Ballot Purged, bool RaisesFloor)
{
    public bool Removes => Record.IsAbsent;
}
