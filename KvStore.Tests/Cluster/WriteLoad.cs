using System.Collections.Concurrent;
using KvStore.Client;

namespace KvStore.Tests.Cluster;

/// <summary>
/// Writers that put one new key after the other and read each back through another node as soon as it is acknowledged.
/// Every writer keeps to its own keys; what went wrong is kept, and nothing is tried again.
/// </summary>
internal sealed class WriteLoad : IAsyncDisposable
{
    private const int Writers = 4;
    private const int WritesPerWriterMax = 50_000;
    private const int BatchMax = 250;

    private readonly CancellationTokenSource _stop = new();
    private readonly ConcurrentQueue<string> _acknowledged = new();
    private readonly ConcurrentQueue<string> _failures = new();
    private readonly Task[] _writers;

    /// <param name="name">Begins every key.</param>
    /// <param name="clients">One a node; each may ask its own only.</param>
    public WriteLoad(string name, IReadOnlyList<KvClient> clients) =>
        _writers = [.. Enumerable.Range(0, Writers).Select(writer => WriteAsync(
            $"{name}-{writer}", clients[writer % clients.Count], clients[(writer + 1) % clients.Count]))];

    public int AcknowledgedCount => _acknowledged.Count;

    public IReadOnlyCollection<string> Failures => _failures;

    /// <summary>Waits until so many more writes have been acknowledged, or something went wrong.</summary>
    public Task WaitForMoreAsync(string phase, int count, CancellationToken cancellationToken)
    {
        int wanted = AcknowledgedCount + count;
        return Eventually.IsAsync(
            $"{phase}: at least {count} more writes acknowledged",
            $"at least {wanted}",
            _ => Task.FromResult(AcknowledgedCount >= wanted || !_failures.IsEmpty ? $"at least {wanted}" : $"{AcknowledgedCount}"),
            cancellationToken);
    }

    /// <summary>Lets the writes under way end.</summary>
    /// <returns>The keys whose writes were acknowledged; each is its own value.</returns>
    public async Task<IReadOnlyList<string>> StopAsync()
    {
        await _stop.CancelAsync();
        await Task.WhenAll(_writers);
        return [.. _acknowledged];
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        _stop.Dispose();
    }

    /// <summary>Those of the keys that a quorum read does not answer with the value written.</summary>
    public static async Task<IReadOnlyList<string>> MissingAsync(KvClient reader, IReadOnlyList<string> keys, CancellationToken cancellationToken)
    {
        List<string> missing = [];
        foreach (string[] batch in keys.Chunk(BatchMax))
        {
            IReadOnlyList<BatchResult> results = await reader.BatchAsync([.. batch.Select(key => BatchOperation.Get(key, Consistency.Quorum))], cancellationToken);
            missing.AddRange(batch.Zip(results)
                .Where(pair => pair.Second.Value?.Text != pair.First)
                .Select(pair => $"{pair.First}: {pair.Second.Value?.Text ?? pair.Second.Error?.Message ?? "no value"}"));
        }

        return missing;
    }

    private async Task WriteAsync(string name, KvClient writer, KvClient reader)
    {
        for (int number = 0; number < WritesPerWriterMax && !_stop.IsCancellationRequested; number++)
        {
            string key = $"{name}-{number}";
            try
            {
                await writer.PutAsync(key, key, consistency: Consistency.Quorum, cancellationToken: CancellationToken.None);
                _acknowledged.Enqueue(key);
                KvValue? read = await reader.GetAsync(key, Consistency.Quorum, CancellationToken.None);
                if (read?.Text != key)
                {
                    _failures.Enqueue($"get {key} after its put was acknowledged: {read?.Text ?? "no value"}");
                }
            }
            catch (KvException failure)
            {
                _failures.Enqueue($"{key}: {failure.ErrorType}, {failure.Outcome}, asked {failure.Endpoint}: {failure.Message}");
            }
        }
    }
}
