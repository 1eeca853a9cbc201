using KvStore.Node.Convergence;
using KvStore.Node.Coordination;
using KvStore.Node.Migration;
using KvStore.Node.Peers;
using KvStore.Node.Registers;
using KvStore.Node.Replication;
using KvStore.Node.Ring;
using KvStore.Node.Storage;
using KvStore.Node.Telemetry;
using KvStore.Node.Topology;
using Microsoft.Extensions.Logging;

namespace KvStore.Node;

/// <summary>Runs, in the background and behind clients, what keeps a member's replicas like those of the others.</summary>
internal sealed class MemberUpkeep : IDisposable
{
    /// <summary>Clients need the member when so many of the operations it may have in flight are, of 1.</summary>
    private const double BusyShare = 0.5;

    private static readonly TimeSpan PauseAfterFailure = TimeSpan.FromSeconds(5);

    private readonly BulkCalls _calls;
    private readonly AntiEntropy _antiEntropy;
    private readonly TombstoneSweep _sweep;
    private readonly MigrationLoop _migration;
    private readonly TransferProgress _progress;
    private readonly LeftoverSweep _leftover;
    private readonly Coordinator _coordinator;
    private readonly MemberClock _clock;
    private readonly Action<Exception> _crash;
    private readonly ILogger _logger;
    private readonly CancellationTokenSource _closing = new();
    private readonly CancellationToken _closed;

    /// <param name="toLane">Gives a call to the lane of a slot.</param>
    /// <param name="durable">Ends when the store's log is on disk up to a number.</param>
    /// <param name="moveCompleted">Told that the change of an epoch can be completed.</param>
    public MemberUpkeep(
        MemberId self,
        IStore store,
        Topologies topologies,
        PeerSend send,
        Action<Slot, LaneCall> toLane,
        MemberSettings settings,
        Coordinator coordinator,
        MemberLoad load,
        LeftoverSweep leftover,
        CompleteSlots complete,
        Func<long, Task> durable,
        Action<Epoch> moveCompleted,
        MemberClock clock,
        Random random,
        Action<Exception> crash,
        ILogger logger)
    {
        _coordinator = coordinator;
        _clock = clock;
        _crash = crash;
        _logger = logger;
        _closed = _closing.Token;
        _calls = new BulkCalls(send, clock.Time);
        bool IsBusy() => coordinator.Figures.InFlight > settings.OperationsMax * BusyShare;
        UpkeepPace PaceOfOne() => new(IsBusy, clock.Time, new Random(random.Next()), settings.Upkeep.KeysPerSecondMax);
        _antiEntropy = new AntiEntropy(self, store, topologies, _calls, PaceOfOne(), settings.Upkeep, clock, toLane, settings.Protocol);
        _sweep = new TombstoneSweep(self, store, topologies, PaceOfOne(), settings.Upkeep, clock, toLane, settings.Protocol);
        _leftover = leftover;
        _progress = new TransferProgress(complete, clock.Time);
        TransferPace pace = new(load.WaitMillisecondsWith, clock.Time, settings.Transfer);
        TransferTrace trace = new();
        SlotPages pages = new(topologies, _calls, pace, _progress, trace, settings.Protocol);
        LaneTransfers lanes = new(toLane, _progress, settings.Protocol);
        AgreedTransfer agreed = new(self, store, pages, lanes, _progress, settings.Protocol);
        SlotTransfer transfer = new(self, store, pages, lanes, _progress, settings.Transfer, settings.Protocol);
        _migration = new MigrationLoop(
            self, store, topologies, _calls, agreed, transfer, leftover, pace, complete, _progress, trace, settings.Transfer, clock, durable, moveCompleted, settings.Protocol, logger);
    }

    public void Start()
    {
        _ = RunAsync(_antiEntropy.RunAsync);
        _ = RunAsync(_sweep.RunAsync);
        _ = RunAsync(_migration.RunAsync);
    }

    /// <summary>What moves here.</summary>
    public MigrationReport Migration => _progress.Report() with { KeysDropped = _leftover.Removed };

    public void OnReply(in PeerReply reply) => _calls.OnReply(reply);

    /// <param name="rounds">Of every lane.</param>
    public UpkeepReport Report(IEnumerable<LaneRounds> rounds)
    {
        LaneRounds[] lanes = [.. rounds];
        long Sum(Func<UpkeepFigures, long> figure) => lanes.Sum(lane => figure(lane.Figures));
        return new UpkeepReport(
            [.. lanes.SelectMany(lane => lane.Hints.Published).GroupBy(hints => hints.Target).OrderBy(hints => hints.Key).Select(Of)],
            _antiEntropy.Agreements.Report(_antiEntropy.Peers, _clock.Now),
            Sum(figures => figures.HintsMade),
            Sum(figures => figures.HintsDelivered),
            Sum(figures => figures.HintsOverflowed),
            Sum(figures => figures.HintsDropped),
            Sum(figures => figures.ReadRepairs),
            Sum(figures => figures.KeysRepaired),
            Sum(figures => figures.RepairRounds),
            Sum(figures => figures.TombstonesPurged))
        {
            Repairs = RepairLog.Merge(lanes.SelectMany(lane => lane.Figures.Repairs.All)),
        };
    }

    /// <summary>Nothing new is begun. What waits for a lane or a peer ends with them.</summary>
    public void Dispose()
    {
        _closing.Cancel();
        _closing.Dispose();
    }

    private HintReport Of(IGrouping<MemberId, HintStatus> hints) => new(
        hints.Key, hints.Sum(lane => lane.Count), hints.Sum(lane => lane.Bytes), TimeSpan.FromMilliseconds(_clock.Now - hints.Min(lane => lane.Oldest)));

    private async Task RunAsync(Func<Func<bool>, CancellationToken, Task> loop)
    {
        while (!_closed.IsCancellationRequested)
        {
            try
            {
                await loop(() => _coordinator.IsServing, _closed);
            }
            catch (OperationCanceledException) when (_closed.IsCancellationRequested)
            {
                return;
            }
            catch (Exception e) when (e is IOException or ObjectDisposedException)
            {
                _logger.LogWarning(NodeEvents.UpkeepInterrupted, e, "The upkeep of replicas was interrupted and begins again");
                await Task.WhenAny(Task.Delay(PauseAfterFailure, _clock.Time, _closed));
            }
            catch (Exception e)
            {
                _crash(e);
                return;
            }
        }
    }
}
