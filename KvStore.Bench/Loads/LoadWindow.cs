using System.Globalization;
using System.Security.Cryptography;
using KvStore.Bench.Measuring;

namespace KvStore.Bench.Loads;

/// <summary>Puts a cluster under one kind of load for a while. Keys and values are the same for every cluster.</summary>
/// <param name="keys">Different ones.</param>
/// <param name="valueBytes">Of every value.</param>
internal sealed class LoadWindow(int keys, int valueBytes)
{
    private const int FillingCallers = 64;

    private readonly string[] _keys = [.. Enumerable.Range(0, keys).Select(number => string.Create(CultureInfo.InvariantCulture, $"bench-{number:d8}"))];
    private readonly byte[] _value = RandomNumberGenerator.GetBytes(valueBytes);

    public static string NameOf(LoadKind kind) => kind switch
    {
        LoadKind.Put => "put",
        LoadKind.Get => "get",
        LoadKind.Delete => "delete",
        LoadKind.PutOneKey => "put, one key",
        _ => throw new InvalidOperationException($"Unknown load {kind}"),
    };

    /// <summary>Puts every key once.</summary>
    public async Task FillAsync(LoadTarget target, CancellationToken cancellationToken)
    {
        ParallelOptions parallel = new() { MaxDegreeOfParallelism = FillingCallers, CancellationToken = cancellationToken };
        await Parallel.ForAsync(0, _keys.Length, parallel, async (number, token) =>
        {
            if (!await target.PutAsync(number, _keys[number], _value, token))
            {
                throw new InvalidOperationException($"{target.Name} did not take {_keys[number]}.");
            }
        });
    }

    /// <summary>One put or get of the key of this number, or of the one as many keys before.</summary>
    public Task<bool> CallAsync(LoadTarget target, LoadKind kind, int number, CancellationToken cancellationToken)
    {
        string key = _keys[number % _keys.Length];
        return kind == LoadKind.Get
            ? target.GetAsync(number, key, cancellationToken)
            : target.PutAsync(number, key, _value, cancellationToken);
    }

    /// <param name="callers">Calls in flight at any time.</param>
    public async Task<Measurement> RunAsync(LoadTarget target, LoadKind kind, int callers, TimeSpan time, CancellationToken cancellationToken)
    {
        TimeSpan members = target.MembersCpu;
        CpuTime bench = new();
        Measurement measured = await LoadAsync(target, kind, callers, time, cancellationToken);
        double calls = measured.PerSecond * time.TotalSeconds;
        return calls == 0 ? measured : measured with { Cpu = ((target.MembersCpu - members).TotalMicroseconds / calls, bench.MicrosecondsEach(calls)) };
    }

    private Task<Measurement> LoadAsync(LoadTarget target, LoadKind kind, int callers, TimeSpan time, CancellationToken cancellationToken)
    {
        Random[] chances = [.. Enumerable.Range(0, callers).Select(caller => new Random(caller))];
        string KeyOf(int caller) => _keys[chances[caller].Next(_keys.Length)];
        string OwnKeyOf(int caller) => string.Create(CultureInfo.InvariantCulture, $"bench-own-{caller:d4}");
        return kind switch
        {
            LoadKind.Put => ClosedLoop.RunAsync(
                callers, time, caller => target.PutAsync(caller, KeyOf(caller), _value, cancellationToken), cancellationToken),
            LoadKind.Get => ClosedLoop.RunAsync(
                callers, time, caller => target.GetAsync(caller, KeyOf(caller), cancellationToken), cancellationToken),
            LoadKind.Delete => ClosedLoop.RunAsync(
                callers,
                time,
                caller => target.DeleteAsync(caller, OwnKeyOf(caller), cancellationToken),
                cancellationToken,
                caller => target.PutAsync(caller, OwnKeyOf(caller), _value, cancellationToken)),
            LoadKind.PutOneKey => ClosedLoop.RunAsync(
                callers, time, caller => target.PutAsync(caller, "bench-hot", _value, cancellationToken), cancellationToken),
            _ => throw new InvalidOperationException($"Unknown load {kind}"),
        };
    }
}
