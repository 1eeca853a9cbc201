using KvStore.Node.Registers;
using KvStore.Node.Ring;

namespace KvStore.Node.Storage;

/// <summary>
/// The only durable thing of a member: its register records and the facts it must not forget (the Bound, topology documents,
/// pending changes, votes, floors). One write-ahead log orders everything.
/// </summary>
/// <remarks>
/// <para>Who calls: lanes. <see cref="Append"/> may be called by any thread; <see cref="TryRead"/>, <see cref="BeginRead"/>
/// and <see cref="Apply"/> of a lane only by the thread that runs that lane at the moment.</para>
/// <para>The rule of durability: append, wait until <see cref="StoreEvents.Durable"/> reports the log number, then apply and
/// only then answer. What was not applied is not readable, so no reply can reveal what a crash may take back.</para>
/// <para>Failure: the first write error of the log is final. <see cref="StoreEvents.Failed"/> is raised once, nothing is
/// reported durable after it, reads go on.</para>
/// </remarks>
internal interface IStore : IAsyncDisposable
{
    /// <summary>What was found on disk when the store was opened.</summary>
    StoreContents Contents { get; }

    StoreStatus Status { get; }

    /// <summary>Must be called once, before anything is appended or read.</summary>
    void Start(StoreEvents events);

    /// <summary>Reads the applied record of a key.</summary>
    /// <returns>False when the record is on disk only: call <see cref="BeginRead"/> and let the lane go on.</returns>
    bool TryRead(int lane, in Key key, out RegisterRecord record);

    /// <summary>Reads from disk; the answer is <see cref="StoreEvents.ReadCompleted"/> with the same lane and token.</summary>
    void BeginRead(int lane, in Key key, long token);

    /// <summary>
    /// Puts entries at the log's tail, in order, and has them committed with whatever else is waiting.
    /// </summary>
    /// <returns>The log number (LSN) of the last entry; durable once <see cref="StoreEvents.Durable"/> reports it or a later one.</returns>
    long Append(ReadOnlySpan<StoreEntry> entries);

    /// <summary>Makes a durable record readable. Facts need no such call.</summary>
    /// <param name="previous">The record it replaces, as the lane knows it: keeps the counts per slot without a read.</param>
    void Apply(int lane, in Key key, in RegisterRecord previous, in RegisterRecord record);

    /// <summary>What the applied records of a slot amount to; from any thread, perhaps a moment old.</summary>
    SlotCounts CountsOf(Slot slot);

    /// <summary>
    /// One page of applied records in key order (bytewise), without blocking writers: a key present throughout appears,
    /// there is no snapshot.
    /// </summary>
    ValueTask<StorePage> ScanAsync(StoreScan scan, CancellationToken cancellationToken);
}
