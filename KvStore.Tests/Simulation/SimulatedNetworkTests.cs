using System.Buffers.Binary;
using Xunit;

namespace KvStore.Tests.Simulation;

public sealed class SimulatedNetworkTests : IDisposable
{
    private const int Frames = 2000;

    private readonly SimulatedScheduler _scheduler = new(new SeededRandom(1));
    private readonly SimulatedNetwork _network;
    private readonly SimulatedProcess[] _processes;
    private readonly List<(int From, int To, int Number, TimeSpan At)> _received = [];

    public SimulatedNetworkTests()
    {
        _network = new SimulatedNetwork(_scheduler, new SeededRandom(2), members: 3);
        _processes = [.. Enumerable.Range(0, 3).Select(member => _scheduler.NewProcess($"n{member}"))];
        for (var to = 0; to < 3; to++)
        {
            Attach(to, _processes[to]);
        }
    }

    public void Dispose() => _scheduler.Dispose();

    [Fact]
    public void Frames_arrive_late_by_a_heavy_tail_and_out_of_order()
    {
        _network.Conditions = NetworkConditions.Calm with { DoublingsMax = 20 };
        var delays = new List<TimeSpan>();
        for (var round = 0; round < Frames / 2; round++)
        {
            var start = _scheduler.Now;
            Send(0, 1, 2);
            Settle();
            delays.AddRange(_received.TakeLast(2).Select(frame => frame.At - start));
        }

        delays.Sort();
        Assert.Equal(Frames, _received.Count);
        Assert.True(delays[Frames / 2] < TimeSpan.FromMilliseconds(1), $"median {delays[Frames / 2]}");
        Assert.True(delays[^1] > TimeSpan.FromMilliseconds(20), $"longest {delays[^1]}");
        Assert.InRange(_network.Counts.Overtaken, Frames / 6, Frames / 3); // of each pair one, half of the time
    }

    [Fact]
    public void A_link_can_keep_the_order()
    {
        _network.Conditions = NetworkConditions.Calm with { Reorders = false, DoublingsMax = 10 };
        Send(0, 1, Frames);
        Settle();

        Assert.Equal(Enumerable.Range(0, Frames), _received.Select(frame => frame.Number));
        Assert.Equal(0, _network.Counts.Overtaken);
    }

    [Fact]
    public void Chance_loses_doubles_and_corrupts_at_the_rates_that_are_set()
    {
        _network.Conditions = NetworkConditions.Calm with { LossRate = 0.1, DuplicationRate = 0.2, CorruptionRate = 0.05 };
        Send(0, 1, Frames);
        Settle();

        var counts = _network.Counts;
        Assert.Equal((Frames, _received.Count), (counts.Sent, counts.Delivered));
        Assert.Equal(counts.Sent - counts.Lost + counts.Duplicated, counts.Delivered);
        Assert.InRange(counts.Lost, 150, 250);
        Assert.InRange(counts.Duplicated, 290, 430);
        Assert.InRange(counts.Corrupted, 70, 150);
        Assert.Equal(counts.Corrupted, _received.Count(frame => frame.Number < 0));
    }

    [Fact]
    public void What_the_sender_writes_afterwards_does_not_reach_the_receiver()
    {
        var frame = new byte[8];
        _network.Send(0, 1, frame);
        Array.Fill(frame, (byte)0xFF);
        Settle();
        Assert.Equal(0, _received.Single().Number);
    }

    [Fact]
    public void A_one_way_cut_leaves_the_way_back()
    {
        _network.CutOneWay(0, 1);
        Send(0, 1, 10);
        Send(1, 0, 10);
        Settle();
        Assert.All(_received, frame => Assert.Equal((1, 0), (frame.From, frame.To)));
        Assert.Equal((10, 10), (_received.Count, (int)_network.Counts.Cut));
    }

    [Fact]
    public void A_partition_lets_each_side_talk_and_swallows_what_is_on_the_way()
    {
        Send(0, 2, 5);
        _network.Partition([0, 1]);
        Send(0, 1, 3);
        Send(2, 1, 3);
        Settle();
        Assert.Equal(["0>1", "0>1", "0>1"], _received.Select(frame => $"{frame.From}>{frame.To}"));

        _network.HealAll();
        Send(2, 1, 1);
        Settle();
        Assert.Equal(4, _received.Count);
    }

    [Fact]
    public void A_flapping_link_is_down_and_up_by_turns()
    {
        _network.Flap(0, 1, TimeSpan.FromMilliseconds(100));
        var perPeriod = new List<int>();
        for (var period = 0; period < 6; period++)
        {
            Send(0, 1, 10);
            var before = _received.Count;
            _scheduler.RunFor(TimeSpan.FromMilliseconds(100));
            perPeriod.Add(_received.Count - before);
        }

        Assert.Equal([0, 10, 0, 10, 0, 10], perPeriod);
    }

    [Fact]
    public void A_slow_link_takes_its_factor_longer_until_healed()
    {
        _network.Slow(0, 1, factor: 1000);
        Send(0, 1, 1);
        Settle();
        Assert.True(_received.Single().At > TimeSpan.FromMilliseconds(49), $"{_received.Single().At}");
    }

    [Fact]
    public void The_dead_receive_nothing_the_paused_later_and_the_restarted_what_was_on_the_way()
    {
        _processes[1].Kill();
        _processes[2].Pause();
        Send(0, 1, 5);
        Send(0, 2, 5);
        Settle();
        Assert.Equal((0, 5), (_received.Count, (int)_network.Counts.Unreceived));

        _processes[2].Resume();
        Send(0, 1, 1);
        Attach(1, _scheduler.NewProcess("n1"));
        Settle();
        Assert.Equal(6, _received.Count);
    }

    [Fact]
    public void The_machine_of_a_dead_process_can_answer_for_it()
    {
        _processes[1].Kill();
        _network.Unreceived = (from, to, frame) => _network.Send(to, from, frame);
        Send(0, 1, 3);
        Settle();
        Assert.Equal([(1, 0), (1, 0), (1, 0)], _received.Select(frame => (frame.From, frame.To)));
    }

    [Fact]
    public void A_member_reaches_itself_whatever_is_broken()
    {
        _network.Conditions = NetworkConditions.Calm with { LossRate = 1, CorruptionRate = 1 };
        _network.Isolate(0);
        Send(0, 0, 10);
        Settle();
        Assert.Equal(10, _received.Count(frame => frame.Number >= 0));
    }

    private void Attach(int to, SimulatedProcess process) => _network.Attach(to, process, (from, frame) =>
    {
        // The second half repeats the first: a flipped bit shows.
        var number = BinaryPrimitives.ReadInt32LittleEndian(frame.Span);
        var whole = number == BinaryPrimitives.ReadInt32LittleEndian(frame.Span[4..]);
        _received.Add((from, to, whole ? number : -1, _scheduler.Now));
    });

    private void Send(int from, int to, int count)
    {
        var frame = new byte[8];
        for (var number = 0; number < count; number++)
        {
            BinaryPrimitives.WriteInt32LittleEndian(frame, number);
            BinaryPrimitives.WriteInt32LittleEndian(frame.AsSpan(4), number);
            _network.Send(from, to, frame);
        }
    }

    private void Settle() => _scheduler.RunFor(TimeSpan.FromMinutes(10));
}
