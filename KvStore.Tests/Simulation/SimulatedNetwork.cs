using System.Numerics;

namespace KvStore.Tests.Simulation;

/// <summary>
/// Carries frames of bytes between numbered members, as badly as it is told to: late with a heavy tail, lost, twice, out of
/// order, corrupted; and links that are cut one way or both, slow, or flapping. Its stream decides every frame's fate.
/// </summary>
internal sealed class SimulatedNetwork
{
    /// <summary>A program that has this many frames on the way sends without bound: that fails the run.</summary>
    public const int FramesInFlightMax = 1_000_000;

    private readonly SimulatedScheduler _scheduler;
    private readonly SeededRandom _random;
    private readonly Receiver?[] _receivers;
    private readonly Link[,] _links;
    private int _inFlight;
    private NetworkCounts _counts;

    public SimulatedNetwork(SimulatedScheduler scheduler, SeededRandom random, int members)
    {
        _scheduler = scheduler;
        _random = random;
        _receivers = new Receiver?[members];
        _links = new Link[members, members];
        foreach (var to in Enumerable.Range(0, members))
        {
            foreach (var from in Enumerable.Range(0, members))
            {
                _links[from, to].InOrder = new Queue<Frame>();
            }
        }

        HealAll();
    }

    /// <summary>A frame arrives. The memory is the receiver's.</summary>
    public delegate void Delivery(int from, ReadOnlyMemory<byte> frame);

    private sealed record Frame(long Number, byte[] Bytes, bool InOrder);

    private sealed record Receiver(SimulatedProcess Process, Delivery Deliver, Queue<Frame>[] InOrder);

    private struct Link
    {
        public Queue<Frame> InOrder;
        public bool Cut;
        public int Slowness;
        public TimeSpan FlapPeriod;
        public TimeSpan FlapSince;
        public TimeSpan LastArrival;
        public long LastSent;
        public long LastDelivered;
    }

    public NetworkConditions Conditions { get; set; } = NetworkConditions.Calm;

    public NetworkCounts Counts => _counts;

    /// <summary>
    /// Is told of frames (from, to, bytes) for a member without a live process: its machine may answer for it, as a real one
    /// refuses a connection.
    /// </summary>
    public Action<int, int, ReadOnlyMemory<byte>>? Unreceived { get; set; }

    /// <summary>From now on this process receives what is sent to the member, also what is on the way already.</summary>
    public void Attach(int member, SimulatedProcess process, Delivery deliver) =>
        _receivers[member] = new Receiver(process, deliver, [.. _receivers.Select(_ => new Queue<Frame>())]);

    /// <summary>Sends one frame; the bytes are copied. A member reaches itself, too, without any fault but delay.</summary>
    public void Send(int from, int to, ReadOnlyMemory<byte> frame)
    {
        if (!_scheduler.IsHere)
        {
            _scheduler.Left($"A frame from {from} to {to}");
            return;
        }

        _counts = _counts with { Sent = _counts.Sent + 1 };
        ref var link = ref _links[from, to];
        var number = ++link.LastSent;
        var lost = _random.Chance(Conditions.LossRate);
        var twice = _random.Chance(Conditions.DuplicationRate);
        if (from != to && IsCut(from, to))
        {
            _counts = _counts with { Cut = _counts.Cut + 1 };
        }
        else if (from != to && lost)
        {
            _counts = _counts with { Lost = _counts.Lost + 1 };
        }
        else
        {
            Dispatch(from, to, new Frame(number, frame.ToArray(), !Conditions.Reorders));
            if (from != to && twice)
            {
                _counts = _counts with { Duplicated = _counts.Duplicated + 1 };
                Dispatch(from, to, new Frame(number, frame.ToArray(), !Conditions.Reorders));
            }
        }
    }

    /// <summary>Frames from one to the other are swallowed until healed; the way back stays open.</summary>
    public void CutOneWay(int from, int to) => _links[from, to].Cut = true;

    public void CutBothWays(int one, int other)
    {
        CutOneWay(one, other);
        CutOneWay(other, one);
    }

    /// <summary>Members talk only within their own side.</summary>
    public void Partition(IReadOnlyCollection<int> side)
    {
        for (var member = 0; member < _receivers.Length; member++)
        {
            foreach (var inside in side)
            {
                if (!side.Contains(member))
                {
                    CutBothWays(inside, member);
                }
            }
        }
    }

    public void Isolate(int member) => Partition([member]);

    /// <summary>The link goes down and up again every <paramref name="period"/>, beginning with down.</summary>
    public void Flap(int from, int to, TimeSpan period)
    {
        _links[from, to].FlapPeriod = period;
        _links[from, to].FlapSince = _scheduler.Now;
    }

    /// <summary>Frames take this many times as long.</summary>
    public void Slow(int from, int to, int factor) => _links[from, to].Slowness = factor;

    public void Heal(int from, int to)
    {
        _links[from, to].Cut = false;
        _links[from, to].Slowness = 1;
        _links[from, to].FlapPeriod = TimeSpan.Zero;
    }

    /// <summary>All links are as good as <see cref="Conditions"/> again.</summary>
    public void HealAll()
    {
        for (var from = 0; from < _receivers.Length; from++)
        {
            for (var to = 0; to < _receivers.Length; to++)
            {
                Heal(from, to);
            }
        }
    }

    private bool IsCut(int from, int to)
    {
        ref var link = ref _links[from, to];
        var down = link.FlapPeriod != TimeSpan.Zero && (_scheduler.Now - link.FlapSince).Ticks / link.FlapPeriod.Ticks % 2 == 0;
        return link.Cut || down;
    }

    private void Dispatch(int from, int to, Frame frame)
    {
        if (++_inFlight > FramesInFlightMax)
        {
            throw new SimulationFailedException($"More than {FramesInFlightMax} frames are on the way, the last from {from} to {to}.");
        }

        ref var link = ref _links[from, to];
        var arrival = _scheduler.Now + (DrawDelay() * link.Slowness);
        if (frame.InOrder)
        {
            link.InOrder.Enqueue(frame);
            arrival = arrival > link.LastArrival ? arrival : link.LastArrival;
            link.LastArrival = arrival;
        }

        _scheduler.World.EnqueueAfter(arrival - _scheduler.Now, WorkKind.Delivery, _ => Arrive(from, to, frame), null);
    }

    // Integers only: a library's logarithm may differ in its last bit from machine to machine.
    private TimeSpan DrawDelay()
    {
        var doublings = Math.Min(BitOperations.TrailingZeroCount(_random.NextWord()), Conditions.DoublingsMax);
        var delay = Conditions.DelayMin + _random.NextTime(Conditions.DelaySpread);
        return TimeSpan.FromTicks(delay.Ticks << doublings);
    }

    private void Arrive(int from, int to, Frame frame)
    {
        _inFlight--;
        ref var link = ref _links[from, to];

        // Two arrivals that are ready together run in either order; in an ordered link each takes the frame that is first.
        frame = frame.InOrder ? link.InOrder.Dequeue() : frame;
        var corrupt = _random.Chance(Conditions.CorruptionRate) && frame.Bytes.Length > 0;
        if (from != to && IsCut(from, to))
        {
            _counts = _counts with { Cut = _counts.Cut + 1 };
            return;
        }

        if (_receivers[to] is not { Process.IsDead: false } receiver)
        {
            _counts = _counts with { Unreceived = _counts.Unreceived + 1 };
            Unreceived?.Invoke(from, to, frame.Bytes);
            return;
        }

        if (corrupt && from != to)
        {
            Corrupt(frame.Bytes);
        }

        var inOrder = receiver.InOrder[from];
        if (frame.InOrder)
        {
            inOrder.Enqueue(frame);
        }

        receiver.Process.Enqueue(WorkKind.Delivery, _ => Deliver(receiver, from, to, frame.InOrder ? inOrder.Dequeue() : frame), null);
    }

    private void Deliver(Receiver receiver, int from, int to, Frame frame)
    {
        ref var link = ref _links[from, to];
        _counts = _counts with
        {
            Delivered = _counts.Delivered + 1,
            Overtaken = _counts.Overtaken + (frame.Number < link.LastDelivered ? 1 : 0),
        };
        link.LastDelivered = Math.Max(link.LastDelivered, frame.Number);
        receiver.Deliver(from, frame.Bytes);
    }

    private void Corrupt(byte[] frame)
    {
        _counts = _counts with { Corrupted = _counts.Corrupted + 1 };

        // An odd number, so that flips never cancel each other out.
        for (var flips = 1 + (2 * _random.Next(2)); flips > 0; flips--)
        {
            frame[_random.Next(frame.Length)] ^= (byte)(1 << _random.Next(8));
        }
    }
}
