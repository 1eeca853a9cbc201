using System.Collections.Immutable;
using KvStore.Client;
using KvStore.Web.Cluster;
using Microsoft.Extensions.Hosting;

namespace KvStore.Web.Slots;

/// <summary>
/// Asks every member for its slots, once for all who look and only while somebody does, and publishes what they say together.
/// </summary>
internal sealed class SlotWatch(ClusterWatch watch, NodeClients clients, TimeProvider time) : BackgroundService
{
    /// <summary>How often members are asked: rates are those of this time.</summary>
    public static readonly TimeSpan Interval = TimeSpan.FromSeconds(2);

    /// <summary>A member that takes longer is left out.</summary>
    public static readonly TimeSpan AnswerMax = TimeSpan.FromSeconds(3);

    private readonly Lock _lock = new();
    private Dictionary<string, SlotSample> _samples = [];
    private TaskCompletionSource _looked = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile SlotMap? _latest;
    private int _lookers;

    /// <summary>Called after <see cref="Latest"/> changed, on a thread of the watch: return soon and do not throw.</summary>
    public event Action? Changed;

    /// <summary>Null while nobody has looked, and until the first answers are there.</summary>
    public SlotMap? Latest => _latest;

    /// <summary>Has the members asked until the answer is disposed.</summary>
    public IDisposable Look()
    {
        lock (_lock)
        {
            _lookers++;
            _looked.TrySetResult();
        }

        return new Looking(this);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (true)
        {
            await SomebodyLooks().WaitAsync(stoppingToken);
            await AskAsync(stoppingToken);
            Changed?.Invoke();
            await Task.Delay(Interval, time, stoppingToken);
        }
    }

    private async Task AskAsync(CancellationToken stoppingToken)
    {
        ImmutableArray<MemberView> members = [.. watch.Latest.Members.Where(member => member.Ordinal is not null)];
        SlotSample?[] answers = await Task.WhenAll(members.Select(member => AskAsync(member, stoppingToken)));
        _samples = answers.OfType<SlotSample>().GroupBy(sample => sample.Now.Id).ToDictionary(same => same.Key, same => same.First());
        _latest = SlotMap.Of([.. _samples.Values], members.Where((_, index) => answers[index] is null).Select(member => member.Name));
    }

    private async Task<SlotSample?> AskAsync(MemberView member, CancellationToken stoppingToken)
    {
        if (member.GrpcAddress is null || member.Reachability != Reachability.Reachable)
        {
            return null;
        }

        using CancellationTokenSource late = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken);
        late.CancelAfter(AnswerMax);
        try
        {
            using System.Diagnostics.Activity untraced = Untraced.Start(nameof(SlotWatch));
            MemberSlots slots = await clients.Through(member.GrpcAddress).Cluster.GetSlotsAsync(late.Token);
            TimeSpan at = time.GetElapsedTime(0);
            return !SlotSample.IsWhole(slots) ? null
                : _samples.TryGetValue(slots.Id, out SlotSample? before) ? before.Next(slots, at)
                : SlotSample.First(slots, at);
        }
        catch (Exception e) when (e is KvException || (e is OperationCanceledException && !stoppingToken.IsCancellationRequested))
        {
            return null;
        }
    }

    private Task SomebodyLooks()
    {
        lock (_lock)
        {
            if (_lookers > 0)
            {
                return Task.CompletedTask;
            }

            // What was seen by others before is old.
            _latest = null;
            _samples = [];
            _looked = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            return _looked.Task;
        }
    }

    private sealed class Looking(SlotWatch watch) : IDisposable
    {
        private bool _isOver;

        public void Dispose()
        {
            lock (watch._lock)
            {
                watch._lookers -= _isOver ? 0 : 1;
                _isOver = true;
            }
        }
    }
}
