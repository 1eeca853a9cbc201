using System.Collections.Concurrent;
using FASTER.core;
using KvStore.Node.Storage.Checkpoints;

namespace KvStore.Node.Storage.Faster;

/// <summary>
/// Tells FASTER's recovery where the data log begins and ends, and nothing else: there is no checkpoint of the index, so it
/// reads everything between and builds the index from that. FASTER makes no checkpoints itself.
/// </summary>
internal sealed class RecoveryMetadata : ICheckpointManager
{
    private readonly HybridLogRecoveryInfo _metadata;

    /// <param name="begin">The data log's first address.</param>
    /// <param name="tail">Its last address.</param>
    public RecoveryMetadata(long begin, long tail)
    {
        HybridLogRecoveryInfo metadata = default;
        metadata.Initialize(Token, 0);
        metadata.nextVersion = 1;
        metadata.flushedLogicalAddress = tail;
        metadata.startLogicalAddress = tail;
        metadata.finalLogicalAddress = tail;
        metadata.beginAddress = begin;
        metadata.headAddress = begin;
        metadata.checkpointTokens = new ConcurrentDictionary<int, (string, CommitPoint)>();
        _metadata = metadata;
    }

    /// <summary>Any but the empty one, which means none.</summary>
    public static Guid Token { get; } = Guid.Parse("0c000000-0000-0000-0000-000000000001");

    public byte[] GetLogCheckpointMetadata(Guid logToken, DeltaLog deltaLog, bool scanDelta, long recoverTo) => _metadata.ToByteArray();

    public IDevice? GetDeltaLogDevice(Guid token) => null;

    public IEnumerable<Guid> GetLogCheckpointTokens() => [Token];

    public IEnumerable<Guid> GetIndexCheckpointTokens() => [];

    public void OnRecovery(Guid indexToken, Guid logToken)
    {
    }

    public void Dispose()
    {
    }

    public void InitializeIndexCheckpoint(Guid indexToken) => throw Unused();

    public void InitializeLogCheckpoint(Guid logToken) => throw Unused();

    public void CommitIndexCheckpoint(Guid indexToken, byte[] commitMetadata) => throw Unused();

    public void CommitLogCheckpoint(Guid logToken, byte[] commitMetadata) => throw Unused();

    public void CheckpointVersionShift(long oldVersion, long newVersion) => throw Unused();

    public void CommitLogIncrementalCheckpoint(Guid logToken, long version, byte[] commitMetadata, DeltaLog deltaLog) => throw Unused();

    public byte[] GetIndexCheckpointMetadata(Guid indexToken) => throw Unused();

    public IDevice GetIndexDevice(Guid indexToken) => throw Unused();

    public IDevice GetSnapshotLogDevice(Guid token) => throw Unused();

    public IDevice GetSnapshotObjectLogDevice(Guid token) => throw Unused();

    public void Purge(Guid token) => throw Unused();

    public void PurgeAll() => throw Unused();

    private static InvariantViolation Unused() => new("FASTER makes no checkpoints here");
}
