using System.Runtime.CompilerServices;
using System.Text;
using KvStore.Client.Calls;
using Wire = KvStore.Protocol;

namespace KvStore.Client;

/// <summary>
/// Reads and writes keys of a KvStore cluster over gRPC. One client serves any number of callers at once; make one and keep
/// it. Any member answers for any key, so the endpoints are interchangeable; given several, the client asks the one that owns the
/// key first, which saves messages.
/// </summary>
/// <remarks>
/// Answers are values: an absent key is null, a condition that did not hold is a result with <c>Applied</c> false. What the
/// cluster refused or did not answer in time throws <see cref="KvException"/>, whose <see cref="KvException.Outcome"/> says
/// whether a write may have taken effect. Another member is tried only for reads and for writes known not to have been
/// applied. Cancelling a write leaves its outcome unknown. Keys and values are not copied: leave their bytes alone while an
/// operation runs.
/// </remarks>
public sealed class KvClient : IDisposable
{
    private readonly MemberCalls _calls;

    /// <summary>A client with default options.</summary>
    /// <param name="endpoints">gRPC addresses of one or more members, such as <c>http://localhost:9001</c>.</param>
    /// <exception cref="ArgumentException">There is none, or one is no http or https address.</exception>
    public KvClient(params IReadOnlyList<Uri> endpoints)
        : this(new KvClientOptions { Endpoints = endpoints })
    {
    }

    /// <summary>A client with these options.</summary>
    /// <exception cref="ArgumentException">An option is not allowed; the message names it.</exception>
    public KvClient(KvClientOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        _calls = new MemberCalls(options);
        Cluster = new ClusterClient(_calls);
    }

    /// <summary>The cluster itself: topology, status, where a key lives.</summary>
    public ClusterClient Cluster { get; }

    /// <summary>The key's value, or null if it has none. An empty value is not null.</summary>
    /// <exception cref="KvException">The cluster did not answer at this level.</exception>
    public async Task<KvValue?> GetAsync(KvKey key, Consistency consistency = default, CancellationToken cancellationToken = default) =>
        WireReplies.Value((await _calls.AskAsync(
            Operation.Get,
            key,
            new() { Get = WireRequests.Get(key, _calls.LevelOf(consistency)) },
            cancellationToken).ConfigureAwait(false)).As(static result => result.Get));

    /// <summary>Stores a value.</summary>
    /// <param name="key">1 to 4096 bytes.</param>
    /// <param name="value">Any bytes, also none, up to the cluster's limit.</param>
    /// <param name="ttl">After which time the value is gone, to the millisecond; null keeps it.</param>
    /// <param name="condition">What must hold; null always stores. Not allowed at <see cref="Consistency.One"/>.</param>
    /// <param name="consistency">How many replicas must have it on disk.</param>
    /// <param name="cancellationToken">Stops waiting; the write may still take effect.</param>
    /// <exception cref="KvException">Refused or not answered; see its outcome.</exception>
    public async Task<PutResult> PutAsync(
        KvKey key,
        ReadOnlyMemory<byte> value,
        TimeSpan? ttl = null,
        KvCondition? condition = null,
        Consistency consistency = default,
        CancellationToken cancellationToken = default) =>
        WireReplies.Put((await _calls.AskAsync(
            Operation.Put,
            key,
            new() { Put = WireRequests.Put(key, value, ttl, condition, _calls.LevelOf(consistency)) },
            cancellationToken).ConfigureAwait(false)).As(static result => result.Put));

    /// <summary>Stores a text as its UTF-8 bytes; otherwise as the overload for bytes.</summary>
    public Task<PutResult> PutAsync(
        KvKey key,
        string value,
        TimeSpan? ttl = null,
        KvCondition? condition = null,
        Consistency consistency = default,
        CancellationToken cancellationToken = default) =>
        PutAsync(key, Encoding.UTF8.GetBytes(value), ttl, condition, consistency, cancellationToken);

    /// <summary>Removes the key's value, if there is one.</summary>
    /// <param name="key">1 to 4096 bytes.</param>
    /// <param name="condition">What must hold; null always removes. Not allowed at <see cref="Consistency.One"/>.</param>
    /// <param name="consistency">How many replicas must have it on disk.</param>
    /// <param name="cancellationToken">Stops waiting; the write may still take effect.</param>
    /// <exception cref="KvException">Refused or not answered; see its outcome.</exception>
    public async Task<DeleteResult> DeleteAsync(
        KvKey key,
        KvCondition? condition = null,
        Consistency consistency = default,
        CancellationToken cancellationToken = default) =>
        WireReplies.Delete((await _calls.AskAsync(
            Operation.Delete,
            key,
            new() { Delete = WireRequests.Delete(key, condition, _calls.LevelOf(consistency)) },
            cancellationToken).ConfigureAwait(false)).As(static result => result.Delete));

    /// <summary>
    /// Adds to the decimal number stored at the key, from 0 if it has no value, and stores the sum. Atomic: of increments at
    /// once none is lost. Not allowed at <see cref="Consistency.One"/>.
    /// </summary>
    /// <exception cref="KvException">
    /// Refused or not answered; see its outcome. Its type is <c>not-a-number</c> if the value is none.
    /// </exception>
    public async Task<IncrementResult> IncrementAsync(
        KvKey key,
        long by = 1,
        KvCondition? condition = null,
        Consistency consistency = default,
        CancellationToken cancellationToken = default) =>
        WireReplies.Increment((await _calls.AskAsync(
            Operation.Increment,
            key,
            new() { Increment = WireRequests.Increment(key, by, condition, _calls.LevelOf(consistency)) },
            cancellationToken).ConfigureAwait(false)).As(static result => result.Increment));

    /// <summary>
    /// Adds bytes to the end of the value; of a key without one, to nothing. Atomic, and the value keeps its expiry. Not
    /// allowed at <see cref="Consistency.One"/>.
    /// </summary>
    /// <param name="key">1 to 4096 bytes.</param>
    /// <param name="value">What to add; the whole may have up to the cluster's limit of bytes.</param>
    /// <param name="condition">What must hold; null always appends.</param>
    /// <param name="consistency">How many replicas must have it on disk; a majority or more.</param>
    /// <param name="cancellationToken">Stops waiting; the write may still take effect.</param>
    /// <exception cref="KvException">
    /// Refused or not answered; see its outcome. Its type is <c>value-too-large</c> if the whole would be.
    /// </exception>
    public async Task<AppendResult> AppendAsync(
        KvKey key,
        ReadOnlyMemory<byte> value,
        KvCondition? condition = null,
        Consistency consistency = default,
        CancellationToken cancellationToken = default) =>
        WireReplies.Append((await _calls.AskAsync(
            Operation.Append,
            key,
            new() { Append = WireRequests.Append(key, value, condition, _calls.LevelOf(consistency)) },
            cancellationToken).ConfigureAwait(false)).As(static result => result.Append));

    /// <summary>Stores a value and answers the one that it replaced, in one atomic step.</summary>
    /// <param name="key">1 to 4096 bytes.</param>
    /// <param name="value">Any bytes, also none, up to the cluster's limit.</param>
    /// <param name="ttl">After which time the value is gone, to the millisecond; null keeps it.</param>
    /// <param name="condition">What must hold; null always stores.</param>
    /// <param name="consistency">How many replicas must have it on disk; a majority or more.</param>
    /// <param name="cancellationToken">Stops waiting; the write may still take effect.</param>
    /// <exception cref="KvException">Refused or not answered; see its outcome.</exception>
    public async Task<ReplaceResult> GetAndSetAsync(
        KvKey key,
        ReadOnlyMemory<byte> value,
        TimeSpan? ttl = null,
        KvCondition? condition = null,
        Consistency consistency = default,
        CancellationToken cancellationToken = default) =>
        WireReplies.GetAndSet((await _calls.AskAsync(
            Operation.Put,
            key,
            new() { Put = WireRequests.Put(key, value, ttl, condition, _calls.LevelOf(consistency), returnPrevious: true) },
            cancellationToken).ConfigureAwait(false)).As(static result => result.Put));

    /// <summary>Removes the key's value, if there is one, and answers it, in one atomic step.</summary>
    /// <param name="key">1 to 4096 bytes.</param>
    /// <param name="condition">What must hold; null always removes.</param>
    /// <param name="consistency">How many replicas must have it on disk; a majority or more.</param>
    /// <param name="cancellationToken">Stops waiting; the write may still take effect.</param>
    /// <exception cref="KvException">Refused or not answered; see its outcome.</exception>
    public async Task<ReplaceResult> GetAndDeleteAsync(
        KvKey key,
        KvCondition? condition = null,
        Consistency consistency = default,
        CancellationToken cancellationToken = default) =>
        WireReplies.GetAndDelete((await _calls.AskAsync(
            Operation.Delete,
            key,
            new() { Delete = WireRequests.Delete(key, condition, _calls.LevelOf(consistency), returnPrevious: true) },
            cancellationToken).ConfigureAwait(false)).As(static result => result.Delete));

    /// <summary>
    /// Keys of the whole cluster that begin with <paramref name="prefix"/>, in bytewise order. There is no snapshot: a key
    /// present throughout appears once, one that comes or goes meanwhile may or may not. A scan that loses its member goes
    /// on at another.
    /// </summary>
    /// <param name="prefix">May be empty, for every key.</param>
    /// <param name="limit">Keys in all, at most; 0 for no limit.</param>
    /// <param name="cancellationToken">Ends the scan.</param>
    /// <exception cref="KvException">No member that was asked could go on.</exception>
    public async IAsyncEnumerable<KvEntry> ScanAsync(
        KvKey prefix = default,
        int limit = 0,
        [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(limit);
        Wire.ScanRequest request = new() { Prefix = WireRequests.Bytes(prefix.Bytes), Limit = (uint)limit };
        IAsyncEnumerable<Wire.ScanReply> pages = _calls.StreamAsync(
            Operation.Scan,
            request.Clone,
            static (endpoint, sent, options) => endpoint.Kv.Scan(sent, options),
            isPrompt: true,
            cancellationToken);
        await foreach (Wire.ScanReply page in pages.ConfigureAwait(false))
        {
            foreach (Wire.ScanEntry entry in page.Entries)
            {
                yield return WireReplies.Entry(entry);
            }

            if (page.Cursor.IsEmpty || (limit > 0 && page.Entries.Count >= request.Limit))
            {
                yield break;
            }

            // Where another member would have to go on, should this one go away.
            request.Cursor = page.Cursor;
            request.Limit = limit == 0 ? 0 : request.Limit - (uint)page.Entries.Count;
        }
    }

    /// <summary>One page of the keys that begin with <paramref name="prefix"/>, in bytewise order, as <see cref="ScanAsync"/> gives them.</summary>
    /// <param name="prefix">May be empty, for every key.</param>
    /// <param name="cursor">Of the page before; empty from the beginning.</param>
    /// <param name="limit">Keys in the page, at most: 1 or more.</param>
    /// <param name="slots">Only keys of these slots, in at most 128 spans of a first slot and a last; null for all.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <exception cref="KvException">No member that was asked could answer.</exception>
    public async Task<KvPage> ListAsync(
        KvKey prefix,
        ReadOnlyMemory<byte> cursor,
        int limit,
        IReadOnlyList<(int First, int Last)>? slots = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(limit);
        Wire.ScanRequest request = new()
        {
            Prefix = WireRequests.Bytes(prefix.Bytes),
            Cursor = WireRequests.Bytes(cursor),
            Limit = (uint)limit,
        };
        request.Slots.AddRange((slots ?? []).Select(span => new Wire.SlotSpan { First = (uint)span.First, Last = (uint)span.Last }));
        List<KvEntry> entries = [];
        IAsyncEnumerable<Wire.ScanReply> pages = _calls.StreamAsync(
            Operation.Scan,
            request.Clone,
            static (endpoint, sent, options) => endpoint.Kv.Scan(sent, options),
            isPrompt: true,
            cancellationToken);
        await foreach (Wire.ScanReply page in pages.ConfigureAwait(false))
        {
            entries.AddRange(page.Entries.Select(WireReplies.Entry));
            request.Cursor = page.Cursor;
            if (page.Cursor.IsEmpty || page.Entries.Count >= request.Limit)
            {
                break;
            }

            request.Limit -= (uint)page.Entries.Count;
        }

        return new KvPage(entries, request.Cursor.Memory);
    }

    /// <summary>
    /// Several operations in one request, each on its own: not a transaction, and some may succeed while others fail.
    /// </summary>
    /// <param name="operations">One or more.</param>
    /// <param name="cancellationToken">Stops waiting; writes may still take effect.</param>
    /// <returns>A result for each operation, in their order.</returns>
    /// <exception cref="KvException">The batch as a whole was refused or not answered; see its outcome.</exception>
    public async Task<IReadOnlyList<BatchResult>> BatchAsync(
        IReadOnlyList<BatchOperation> operations,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(operations);
        Wire.BatchRequest request = new();
        bool readsOnly = true;
        foreach (BatchOperation operation in operations)
        {
            readsOnly &= operation.Kind == BatchOperationKind.Get;
            request.Operations.Add(WireRequests.Of(operation, _calls.LevelOf(operation.Consistency)));
        }

        Reply<Wire.BatchReply> reply = await _calls.AskAsync(
            readsOnly ? Operation.BatchOfReads : Operation.Batch,
            request,
            static (endpoint, sent, options) => endpoint.Kv.BatchAsync(sent, options),
            cancellationToken).ConfigureAwait(false);
        return WireReplies.Batch(operations, reply.OrThrow(), reply.Endpoint.Address);
    }

    /// <summary>Closes the connections. Operations under way fail.</summary>
    public void Dispose() => _calls.Dispose();
}
