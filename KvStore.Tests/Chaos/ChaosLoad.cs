using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using KvStore.Node.Registers;
using KvStore.Tests.Simulation;
using KvStore.Tests.Simulation.Cluster;
using KvStore.Tests.Simulation.Histories;

namespace KvStore.Tests.Chaos;

/// <summary>
/// Clients that send operations at a steady rate, whether earlier ones were answered or not, over gRPC and HTTP to any node, and
/// write down what they were told. Half of the operations go to five hot keys, the others to two hundred.
/// </summary>
internal sealed class ChaosLoad : IDisposable
{
    private const int UniformKeys = 200;
    private const int HotKeys = 5;
    private const int HotCounters = 2;
    private const int CounterEvery = 8;
    private const int InFlightMax = 1024;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);

    /// <summary>Between two tries of a read that must succeed in the end.</summary>
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(200);

    private readonly SeededRandom _random;
    private readonly Lock _drawing = new();
    private readonly TimeProvider _time;
    private readonly GrpcDoor[] _grpc;
    private readonly HttpDoor[] _http;
    private readonly SemaphoreSlim _inFlight = new(InFlightMax);
    private readonly ConcurrentQueue<OperationRecord> _history = new();
    private readonly ConcurrentDictionary<string, string> _lastSeen = new();
    private readonly ConcurrentDictionary<string, bool> _deleted = [];
    private int _drawn;

    /// <param name="nodes">That are asked.</param>
    public ChaosLoad(IReadOnlyList<(Uri Http, Uri Grpc)> nodes, SeededRandom random, TimeProvider time, bool readsStale)
    {
        _random = random;
        _time = time;
        _grpc = [.. nodes.Select(node => new GrpcDoor(node.Grpc, Patience, readsStale))];
        _http = [.. nodes.Select(node => new HttpDoor(node.Http, Patience, readsStale))];
    }

    public static IEnumerable<string> Keys =>
        Enumerable.Range(0, UniformKeys).Select(UniformKey).Concat(Enumerable.Range(0, HotKeys).Select(HotKey));

    public IReadOnlyCollection<OperationRecord> History => _history;

    /// <summary>Operations that there was no room for, because too many had not been answered.</summary>
    public int Dropped { get; private set; }

    /// <summary>Sends operations for so long, and waits for the last answer.</summary>
    /// <param name="rate">Operations a second, asked for before each.</param>
    /// <param name="enough">Ends it earlier.</param>
    /// <returns>How many were planned until the end.</returns>
    public async Task<int> RunAsync(TimeSpan time, Func<int> rate, CancellationToken enough)
    {
        long began = Stopwatch.GetTimestamp();
        int planned = 0;
        for (TimeSpan due = TimeSpan.Zero; due < time && !enough.IsCancellationRequested; due += TimeSpan.FromSeconds(1.0 / rate()))
        {
            planned++;
            TimeSpan early = due - Stopwatch.GetElapsedTime(began);
            if (early > TimeSpan.Zero)
            {
                await Task.Delay(early, _time, CancellationToken.None);
            }

            if (Stopwatch.GetElapsedTime(began) <= time && _inFlight.Wait(TimeSpan.Zero, CancellationToken.None))
            {
                _ = SendNextAsync();
            }
            else
            {
                Dropped++;
            }
        }

        for (int i = 0; i < InFlightMax; i++)
        {
            await _inFlight.WaitAsync(CancellationToken.None);
        }

        _inFlight.Release(InFlightMax);
        return planned;
    }

    /// <summary>Clients of which each sends its next operation as soon as the last one was answered, for so long.</summary>
    /// <returns>Operations a second that did what they were asked to.</returns>
    public async Task<double> SaturateAsync(TimeSpan time, int clients, CancellationToken cancellationToken)
    {
        long began = Stopwatch.GetTimestamp();
        async Task<int> AskAsync()
        {
            int committed = 0;
            while (Stopwatch.GetElapsedTime(began) < time)
            {
                await _inFlight.WaitAsync(cancellationToken);
                committed += await SendNextAsync() == RecordedOutcome.Committed ? 1 : 0;
            }

            return committed;
        }

        int[] committed = await Task.WhenAll(Enumerable.Range(0, clients).Select(_ => AskAsync()));
        return committed.Sum() / Stopwatch.GetElapsedTime(began).TotalSeconds;
    }

    /// <summary>Reads every key through every node, again until it is answered, for so long.</summary>
    /// <returns>Reads that were not answered.</returns>
    public async Task<int> ReadAllAsync(TimeSpan time)
    {
        long began = Stopwatch.GetTimestamp();
        int unread = 0;
        foreach (string key in Keys)
        {
            foreach (GrpcDoor door in _grpc)
            {
                ChaosRequest request = new(key, OperationKind.Read);
                while (await RecordAsync(request, () => door.AskAsync(request)) != RecordedOutcome.Committed)
                {
                    if (Stopwatch.GetElapsedTime(began) > time)
                    {
                        unread++;
                        break;
                    }

                    await Task.Delay(Pause, _time);
                }
            }
        }

        return unread;
    }

    public void Dispose()
    {
        foreach (IDisposable door in _grpc.Concat<IDisposable>(_http))
        {
            door.Dispose();
        }

        _inFlight.Dispose();
    }

    private static string UniformKey(int number) => number % CounterEvery == 0 ? $"counter-{number}" : $"key-{number}";

    private static string HotKey(int number) => number < HotCounters ? $"counter-hot-{number}" : $"hot-{number}";

    /// <summary>Draws an operation and sends it; there is room for it.</summary>
    private Task<RecordedOutcome> SendNextAsync()
    {
        int door;
        ChaosRequest request;
        bool isGrpc;
        lock (_drawing)
        {
            door = _random.Next(_grpc.Length);
            request = Draw(_drawn++);
            isGrpc = !HttpDoor.Knows(request.Kind) || _random.Chance(0.5);
        }

        return SendAsync(request, door, isGrpc);
    }

    private ChaosRequest Draw(int number)
    {
        string key = _random.Chance(0.5) ? HotKey(_random.Next(HotKeys)) : UniformKey(_random.Next(UniformKeys));
        if (key.StartsWith("counter", StringComparison.Ordinal))
        {
            return new ChaosRequest(key, _random.Chance(0.6) ? OperationKind.Increment : OperationKind.Read);
        }

        string value = string.Create(CultureInfo.InvariantCulture, $"v{number}");
        return _random.Next(100) switch
        {
            < 30 => new ChaosRequest(key, OperationKind.Put, value),
            < 40 => new ChaosRequest(key, OperationKind.Delete),
            < 58 when _lastSeen.TryGetValue(key, out string? version) => new ChaosRequest(key, OperationKind.CompareAndSet, value, version),
            < 62 => new ChaosRequest(key, OperationKind.CompareAndSet, value),
            _ => new ChaosRequest(key, OperationKind.Read),
        };
    }

    private async Task<RecordedOutcome> SendAsync(ChaosRequest request, int door, bool isGrpc)
    {
        try
        {
            return await RecordAsync(request, () => isGrpc ? _grpc[door].AskAsync(request) : _http[door].AskAsync(request));
        }
        finally
        {
            _inFlight.Release();
        }
    }

    private async Task<RecordedOutcome> RecordAsync(ChaosRequest request, Func<Task<ChaosAnswer>> ask)
    {
        if (request.Kind == OperationKind.Delete)
        {
            _deleted.TryAdd(request.Key, true);
        }

        long start = Stopwatch.GetTimestamp();
        ChaosAnswer answer = await ask();
        long finish = Stopwatch.GetTimestamp();
        _history.Enqueue(new OperationRecord
        {
            Key = request.Key,
            Kind = request.Kind,
            Start = start,
            Finish = finish,
            Outcome = IsForgotten(request, answer) ? RecordedOutcome.Unknown : answer.Outcome,
            Written = request.Kind == OperationKind.Increment ? answer.Value : request.Value,
            WrittenVersion = answer.Made is { } made ? NumberOf(made) : OperationRecord.NoVersion,
            Expected = request.Expected is { } expected ? NumberOf(expected) : null,
            By = request.Kind == OperationKind.Increment ? 1 : 0,
            ObservedVersion = answer.Found is { } found ? NumberOf(found) : null,
            ObservedValue = request.Kind == OperationKind.Read ? answer.Value : null,
        });
        if (answer is { Value: not null, Found: { } seen })
        {
            _lastSeen[request.Key] = seen;
        }

        return answer.Outcome;
    }

    /// <summary>Absence of a key that was deleted and purged no longer says which delete it is, so nothing can be held against it.</summary>
    private bool IsForgotten(ChaosRequest request, ChaosAnswer answer) =>
        answer.Found == ChaosAnswer.NoVersion && _deleted.ContainsKey(request.Key);

    private static UInt128 NumberOf(string text) => StateVersion.TryParse(text, out StateVersion version)
        ? ClusterHistory.NumberOf(version)
        : throw new InvalidOperationException($"'{text}' is no version.");
}
