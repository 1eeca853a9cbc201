using System.Globalization;
using KvStore.Node.Gossip;
using KvStore.Node.Membership;
using KvStore.Node.Registers;
using KvStore.Node.Ring;

namespace KvStore.Tests.Simulation.Membership;

/// <summary>One machine of a <see cref="GossipBed"/>: the product's loop and detector in a simulated process.</summary>
internal sealed class GossipMachine(GossipBed bed, int index)
{
    private int _boot;

    public MemberId Id { get; } = MemberId.FromName(GossipBed.Cluster, string.Create(CultureInfo.InvariantCulture, $"node{index}"));

    public SimulatedProcess? Process { get; private set; }

    public GossipLoop? Loop { get; private set; }

    /// <summary>While it is false, what the machine believes is no concern of anybody's.</summary>
    public bool IsRunning => Process is { IsDead: false, IsPaused: false };

    public void Start()
    {
        string name = string.Create(CultureInfo.InvariantCulture, $"n{index}/{++_boot}");
        SimulatedProcess process = bed.Scheduler.NewProcess(name);
        SimulatedTime time = new(process, new SimulatedClock(bed.Scheduler));
        FailureDetector detector = new(
            Id, LivenessClaim.IncarnationOfBoot(_boot), bed.Settings, bed.Streams.Of($"member {name}"), TimeSpan.Zero, bed.Plant);
        Loop = new GossipLoop(
            detector,
            GossipBed.Cluster,
            static () => Epoch.First,
            bed.Settings,
            time,
            (to, bytes) => bed.Network.Send(index, bed.IndexOf(to), bytes),
            static (_, _) => { },
            change => bed.OnChanged(index, change));
        Loop.SetMembers(bed.Machines.Select(machine => machine.Id));
        GossipLoop loop = Loop;
        bed.Network.Attach(index, process, (_, frame) => loop.Receive(frame));
        Process = process;
        process.Post(loop.Start);
    }

    public void Crash() => Process!.Kill();

    public Liveness Sees(GossipMachine other) => Loop!.Sights.Single(sight => sight.Member == other.Id).Liveness;
}
