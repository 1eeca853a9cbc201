using KvStore.Node.Registers;
using KvStore.Node.Ring;

namespace KvStore.Node.Storage;

/// <summary>
/// The only durable thing of a member: its register records and the facts it must not forget (<see cref="FactKind"/>). One
/// write-ahead log orders everything.
/// </summary>
/// <remarks>
/// <para>Who calls: lanes. What takes a lane, and <see cref="FloorOf"/>, may be called only by the thread that runs that lane at
/// the moment, for keys and slots of that lane; everything else by any thread. A slot's lane is its number modulo the lanes.</para>
/// <para>The rule of durability: append, wait until <see cref="StoreEvents.Durable"/> reports the log number, then apply and
/// only then answer. What was not applied is not readable, so no reply can reveal what a crash may take back.</para>
/// <para>Failure: the first write error of the log is final; a full disk is not (<see cref="Shortage"/>). <see cref="StoreEvents.Failed"/> is raised once, nothing is
/// reported durable after it, reads go on.</para>
/// </remarks>
internal interface IStore : IAsyncDisposable
{
    /// <summary>What was found on disk when the store was opened.</summary>
    StoreContents Contents { get; }

    StoreStatus Status { get; }

    /// <summary>
    /// Why records should not be appended now, because the disk is full: null when there is room, and again when there is again.
    /// Facts may be appended meanwhile, and what was appended is kept until it fits; reads go on.
    /// </summary>
    StoreFailure? Shortage { get; }

    /// <summary>Must be called once, before anything is appended or read.</summary>
    void Start(StoreEvents events);

    /// <summary>Reads the applied record of a key.</summary>
    /// <returns>False when the record is on disk only: call <see cref="BeginRead"/> and let the lane go on.</returns>
    bool TryRead(int lane, in Key key, out RegisterRecord record);

    /// <summary>As <see cref="TryRead"/>, without a copy of the record.</summary>
    /// <param name="view">Good until the lane's next call.</param>
    bool TryView(int lane, in Key key, out RegisterView view);

    /// <summary>Reads from disk; the answer is <see cref="StoreEvents.ReadCompleted"/> with the same lane and token.</summary>
    void BeginRead(int lane, in Key key, long token);

    /// <summary>
    /// The member may vote on what this store holds. A process that is killed after this leaves a store that proves itself whole
    /// (<see cref="StoreContents.IsProvenWhole"/>); before, whatever was in doubt at its start is still in doubt at the next.
    /// </summary>
    void Vouch();

    /// <summary>
    /// Puts entries at the log's tail, in order, and has them committed with whatever else is waiting.
    /// </summary>
    /// <returns>The log number (LSN) of the last entry; durable once <see cref="StoreEvents.Durable"/> reports it or a later one.</returns>
    long Append(ReadOnlySpan<StoreEntry> entries);

    /// <summary>Makes a durable record readable. Facts other than floors need no such call.</summary>
    /// <param name="previous">The record it replaces, as the lane knows it: keeps the counts per slot without a read.</param>
    /// <param name="lsn">The record's log number.</param>
    void Apply(int lane, in Key key, in RegisterRecord previous, in RegisterRecord record, long lsn);

    /// <summary>Makes a durable purge count: the key is absent from here on, and its slot's floor at least the tombstone's ballot.</summary>
    /// <param name="tombstone">The record that the key holds.</param>
    /// <param name="lsn">The purge's log number.</param>
    void ApplyPurge(int lane, in Key key, in RegisterRecord tombstone, long lsn);

    /// <summary>Makes a durable removal count: the key is absent from here on. Its slot's floor stays.</summary>
    /// <param name="record">What the key holds.</param>
    /// <param name="lsn">The removal's log number.</param>
    void ApplyRemoval(int lane, in Key key, in RegisterRecord record, long lsn);

    /// <summary>Makes a durable <see cref="FactKind.Floor"/> count. A floor only rises.</summary>
    void ApplyFloor(int lane, Slot slot, Ballot floor);

    /// <summary>What counts as promised for every absent key of a slot: recovered, then raised by what was applied.</summary>
    Ballot FloorOf(Slot slot);

    /// <summary>What the applied records of a slot amount to.</summary>
    SlotCounts CountsOf(Slot slot);

    /// <summary>The durable floors of some slots, in that order: any thread may ask, and each is as high as <see cref="FloorOf"/> then was, or becomes soon.</summary>
    Ballot[] DurableFloorsOf(IReadOnlyList<ushort> numbers);

    /// <summary>The durable facts that stand at this moment, ordered by kind and number.</summary>
    IReadOnlyList<Fact> StandingFacts();

    /// <summary>
    /// One page of applied records in key order (bytewise), without blocking writers: a key present throughout appears,
    /// there is no snapshot.
    /// </summary>
    ValueTask<StorePage> ScanAsync(StoreScan scan, CancellationToken cancellationToken);

    /// <summary>
    /// One page of a pass over the slots wanted, in the store's own order and without blocking writers. In a pass that was read
    /// to its end a key present throughout appears at least once; there is no snapshot.
    /// </summary>
    ValueTask<PassPage> ReadPassAsync(StorePass pass, CancellationToken cancellationToken);
}
