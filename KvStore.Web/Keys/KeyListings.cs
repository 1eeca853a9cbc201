using KvStore.Client;
using KvStore.Web.Cluster;

namespace KvStore.Web.Keys;

/// <summary>Lists keys for the pages. Failures are answers, not exceptions.</summary>
internal sealed class KeyListings(NodeClients clients)
{
    /// <param name="prefix">Empty for every key.</param>
    /// <param name="cursor">Empty from the beginning.</param>
    /// <param name="slots">Only their keys; null for all.</param>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public async Task<KeyPage> PageAsync(
        KvKey prefix, ReadOnlyMemory<byte> cursor, int limit, IReadOnlyList<(int First, int Last)>? slots = null, CancellationToken cancellationToken = default)
    {
        if (clients.ThroughAny() is not { } client)
        {
            return new KeyPage([], default, "No node is known to ask.");
        }

        try
        {
            KvPage page = await client.ListAsync(prefix, cursor, limit, slots, cancellationToken);
            return new KeyPage(page.Entries, page.Cursor, Failure: null);
        }
        catch (KvException failure)
        {
            return new KeyPage([], default, failure.Message);
        }
    }
}
