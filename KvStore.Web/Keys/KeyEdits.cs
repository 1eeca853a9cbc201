using KvStore.Client;
using KvStore.Web.Cluster;
using KvStore.Web.Display;

namespace KvStore.Web.Keys;

/// <summary>
/// Reads and edits one key. An edit says on which version it builds, and is refused if somebody else was quicker. Failures are
/// answers, not exceptions.
/// </summary>
internal sealed class KeyEdits(NodeClients clients, TimeProvider time)
{
    private static readonly KeyReport NoNode = KeyReport.Refused("No node is known to ask.");

    public async Task<KeyReading> ReadAsync(KvKey key)
    {
        if (Refusal(key) is { } refusal)
        {
            return new KeyReading(key, Value: null, IsKnown: false, refusal);
        }

        long started = time.GetTimestamp();
        try
        {
            KvValue? value = await clients.ThroughAny()!.GetAsync(key);
            return new KeyReading(key, value, IsKnown: true, KeyReport.OfGet(value, time.GetElapsedTime(started)));
        }
        catch (KvException failure)
        {
            return new KeyReading(key, Value: null, IsKnown: false, KeyReport.OfFailure(KeyAction.Get, failure, time.GetElapsedTime(started)));
        }
    }

    /// <param name="over">The version that is replaced; null to store only where there is no value.</param>
    /// <param name="ttl">Null for ever.</param>
    public Task<KeyEditOutcome> StoreAsync(KvKey key, ReadOnlyMemory<byte> value, TimeSpan? ttl, string? over) =>
        TryAsync(key, KeyAction.Put, async (client, started) =>
        {
            PutResult put = await client.PutAsync(key, value, ttl, ConditionOf(over));
            return put.Applied
                ? new KeyEditOutcome(KeyReport.OfPut(put, value.Length, time.GetElapsedTime(started)))
                : await LostAsync(client, key, value);
        });

    /// <param name="over">The version that is deleted.</param>
    public Task<KeyEditOutcome> DeleteAsync(KvKey key, string over) => TryAsync(key, KeyAction.Delete, async (client, started) =>
    {
        DeleteResult deleted = await client.DeleteAsync(key, ConditionOf(over));
        return deleted.Applied
            ? new KeyEditOutcome(KeyReport.OfDelete(deleted, time.GetElapsedTime(started)))
            : await LostAsync(client, key, mine: null);
    });

    public Task<KeyEditOutcome> IncrementAsync(KvKey key, long by) => TryAsync(key, KeyAction.Increment, async (client, started) =>
        new KeyEditOutcome(KeyReport.OfIncrement(await client.IncrementAsync(key, by), time.GetElapsedTime(started))));

    /// <summary>Where the key lives and what each replica holds.</summary>
    public async Task<KeyWhere> LocateAsync(KvKey key)
    {
        if (Refusal(key) is { } refusal)
        {
            return new KeyWhere(Explanation: null, refusal.Sentence);
        }

        try
        {
            return new KeyWhere(await clients.ThroughAny()!.Cluster.ExplainAsync(key), Failure: null);
        }
        catch (KvException failure)
        {
            return new KeyWhere(Explanation: null, failure.Message);
        }
    }

    private async Task<KeyEditOutcome> TryAsync(KvKey key, KeyAction action, Func<KvClient, long, Task<KeyEditOutcome>> edit)
    {
        if (Refusal(key) is { } refusal)
        {
            return new KeyEditOutcome(refusal);
        }

        long started = time.GetTimestamp();
        try
        {
            return await edit(clients.ThroughAny()!, started);
        }
        catch (KvException failure)
        {
            return new KeyEditOutcome(KeyReport.OfFailure(action, failure, time.GetElapsedTime(started)));
        }
    }

    private static async Task<KeyEditOutcome> LostAsync(KvClient client, KvKey key, ReadOnlyMemory<byte>? mine)
    {
        KvValue? theirs = await client.GetAsync(key);
        string now = theirs is null ? "there is no value any more" : $"{Figures.Bytes(theirs.Bytes.Length)} at version {theirs.Version}";
        return new KeyEditOutcome(
            KeyReport.Refused($"Somebody else changed it since it was read: {now}. Nothing was written."),
            new KeyLostRace(mine, theirs));
    }

    private static KvCondition ConditionOf(string? over) => over is null ? KvCondition.Absent : KvCondition.VersionIs(over);

    private KeyReport? Refusal(KvKey key) =>
        KeyLimits.Problem(key.Bytes.Length) is { } problem ? KeyReport.Refused(problem) : clients.ThroughAny() is null ? NoNode : null;
}
