using KvStore.Node.Registers;
using KvStore.Node.Replication;
using KvStore.Node.Ring;
using KvStore.Node.Storage;
using KvStore.Node.Telemetry;
using KvStore.Node.Topology;

namespace KvStore.Node.Coordination;

/// <summary>
/// One lane's hints: committed records that a replica has not acknowledged, kept on disk, and sent to it as Learn when it is
/// back. They make a replica that was away current soon; that it becomes so at all is the matter of anti-entropy, so whatever
/// finds no room here is counted and forgotten.
/// </summary>
/// <remarks>
/// Must hold: only what a quorum has accepted comes in; a hint never counts as an ack; it goes only when the replica has the
/// record, or one above it, on its disk, or when the slot's owners change: a replica that comes back as an owner must not
/// learn from the time before it left. Failure: what was appended and is not durable yet is lost with the process, and
/// what was removed and is not durable yet comes again, which changes nothing at the replica.
/// </remarks>
/// <param name="lane">Its number.</param>
/// <param name="countMax">Hints for one replica, at most; the next one is counted as overflow.</param>
/// <param name="bytesMax">Bytes of hints for one replica, at most; likewise.</param>
internal sealed class Hints(
    int lane, LaneScope scope, Action<Operation> toRound, int countMax = Hints.CountMax, long bytesMax = Hints.BytesMax)
{
    public const int CountMax = 2_048;

    public const long BytesMax = 4 * 1024 * 1024;

    /// <summary>Replicas with hints, at most; likewise.</summary>
    public const int TargetsMax = 64;

    /// <summary>The rate: so many for one replica in each interval, which is drawn anew from 50 % to 150 % of its length.</summary>
    public const int SentPerIntervalMax = 32;

    public const int IntervalMilliseconds = 100;

    /// <summary>A replica that does not answer is left alone for so long.</summary>
    public const int PauseMilliseconds = 1_000;

    private readonly List<HintTarget> _targets = [];
    private readonly UpkeepFigures _figures = scope.Figures;
    private LaneTimer? _timer;
    private long _last;
    private volatile IReadOnlyList<HintStatus> _published = [];
    private bool _changed;

    public int Count => _targets.Sum(target => target.Count);

    /// <summary>As of the end of the lane's last run; any thread.</summary>
    public IReadOnlyList<HintStatus> Published => _published;

    /// <summary>Numbers up to this one are taken.</summary>
    public void Skip(long number) => _last = Math.Max(_last, number >> ReplicaCalls.LaneBits);

    /// <summary>Keeps a record that is committed and that the replica has not acknowledged.</summary>
    public void Add(MemberId target, in Key key, in RegisterRecord record)
    {
        if (scope.Log.Failure is not null || scope.Log.Shortage is not null || OfTarget(target) is not { } hints)
        {
            Overflowed(1);
            return;
        }

        Hint? known = hints.Find(key);
        if (known is not null && known.Record.Ballot >= record.Ballot)
        {
            return;
        }

        long number = known?.Number ?? ((++_last << ReplicaCalls.LaneBits) | (uint)lane);
        Hint hint = new(number, target, scope.Topology.Epoch, key, record, known?.Made ?? scope.Now) { Write = scope.Writes.Find(key, record.Ballot) };
        if (!hints.HasRoomFor(hint, countMax, bytesMax))
        {
            Overflowed(1);
            return;
        }

        hints.Put(hint);
        _figures.HintsMade++;
        UpkeepMetrics.HintsMade.Add(1);
        Write(hint.Number, HintCodec.Encode(hint));
        Arm();
    }

    /// <summary>Takes up a hint found on disk at start. Of another epoch it is not known whether the owners stayed.</summary>
    public void Restore(Hint hint)
    {
        Skip(hint.Number);
        bool isSound = hint.Epoch == scope.Topology.Epoch || scope.Protocol.Has(ProtocolFlaw.HintToReturnedOwner);
        if (isSound && OfTarget(hint.Target) is { } hints && hints.Find(hint.Key) is null)
        {
            hints.Put(hint);
            Arm();
        }
        else
        {
            Write(hint.Number, default);
        }
    }

    /// <summary>Records that no hint is kept of.</summary>
    public void Overflowed(int count)
    {
        _figures.HintsOverflowed += count;
        UpkeepMetrics.HintsOverflowed.Add(count);
    }

    /// <summary>Drops what was kept for slots whose owners, current or next, are others now.</summary>
    public void OnTopologyChanged(TopologySnapshot before, TopologySnapshot now)
    {
        if (scope.Protocol.Has(ProtocolFlaw.HintToReturnedOwner))
        {
            return;
        }

        bool isNext = now.Epoch.Number == before.Epoch.Number + 1;
        foreach (Hint hint in _targets.SelectMany(target => target.All).ToArray())
        {
            if (!isNext || !HaveSameOwners(before, now, hint.Key.Slot))
            {
                _figures.HintsDropped++;
                Remove(hint);
            }
        }
    }

    /// <summary>Shows other threads what has changed since the last call.</summary>
    public void Publish()
    {
        if (_changed)
        {
            _changed = false;
            _published = [.. _targets.Where(target => target.Count > 0).Select(target => target.Status)];
        }
    }

    private static bool HaveSameOwners(TopologySnapshot before, TopologySnapshot now, Slot slot)
    {
        SlotOwners old = before.OwnersOf(slot);
        SlotOwners current = now.OwnersOf(slot);
        bool same = old.Count == current.Count && before.Groups.IsMoving(slot) == now.Groups.IsMoving(slot);
        for (int place = 0; same && place < old.Count; place++)
        {
            same = current.PlaceOf(old[place].Id) >= 0;
        }

        return same;
    }

    private HintTarget? OfTarget(MemberId target)
    {
        HintTarget? hints = _targets.Find(other => other.Member == target);
        if (hints is null && _targets.Count < TargetsMax)
        {
            hints = new HintTarget(target);
            _targets.Add(hints);
        }

        return hints;
    }

    private void Arm()
    {
        _changed = true;
        _timer ??= scope.Timers.Add(scope.Now + scope.Random.Next(IntervalMilliseconds / 2, IntervalMilliseconds * 3 / 2), Send);
    }

    private void Send()
    {
        _timer = null;
        foreach (HintTarget target in _targets)
        {
            SendTo(target);
        }

        _targets.RemoveAll(target => target.Count == 0);
        if (_targets.Count > 0)
        {
            Arm();
        }
    }

    private void SendTo(HintTarget target)
    {
        if (scope.Topology.Find(target.Member) is not { } member || !scope.Votes.IsOpen)
        {
            return;
        }

        for (int sent = 0; sent < SentPerIntervalMax && target.PausedUntil <= scope.Now && target.NextToSend() is { } hint; sent++)
        {
            hint.IsUnderway = true;
            Lesson lesson = new(hint.Key, hint.Record, member, scope, toRound, outcome => OnTaught(target, hint, outcome))
            {
                Name = "replay hint",
                Write = hint.Write,
            };
            if (!lesson.TryBegin())
            {
                hint.IsUnderway = false;
                target.PausedUntil = scope.Now + PauseMilliseconds;
            }
        }
    }

    private void OnTaught(HintTarget target, Hint hint, LessonOutcome outcome)
    {
        hint.IsUnderway = false;
        if (outcome == LessonOutcome.Unanswered)
        {
            target.PausedUntil = scope.Now + PauseMilliseconds;
        }
        else if (target.Find(hint.Key) == hint)
        {
            _figures.HintsDelivered++;
            _figures.Repairs.Add(RepairKind.Hint, hint.Target, hint.Key.Slot, scope.Wall);
            UpkeepMetrics.HintsDelivered.Add(1);
            Remove(hint);
        }
    }

    private void Remove(Hint hint)
    {
        _changed = true;
        OfTarget(hint.Target)!.Remove(hint);
        Write(hint.Number, default);
    }

    private void Write(long number, ReadOnlyMemory<byte> payload) =>
        scope.Log.Append(StoreEntry.Of(new Fact(FactKind.Hint, number, payload)), new Written());

    private sealed class Written : DurableStep
    {
        public override void Run()
        {
        }
    }
}
