using KvStore.Node.Ring;

namespace KvStore.Node.Peers;

/// <summary>The faults of a member's network that are on, and what they make of a frame or packet. Immutable and pure.</summary>
/// <param name="All">In the order in which they began.</param>
internal sealed record NetworkFaults(IReadOnlyList<NetworkFault> All)
{
    /// <summary>At once; one more is refused.</summary>
    public const int CountMax = 16;

    public static readonly NetworkFaults None = new([]);

    /// <param name="peer">At the other end.</param>
    /// <param name="now">By the clock by which the faults began.</param>
    /// <param name="chance">Drawn for this frame or packet: 0 to 99.</param>
    public FaultVerdict Decide(MemberId peer, TimeSpan now, int chance)
    {
        TimeSpan delay = TimeSpan.Zero;
        foreach (NetworkFault fault in All)
        {
            if (now >= fault.Ends || !fault.IsAbout(peer))
            {
                continue;
            }

            if (fault.Kind is NetworkFaultKind.Partition or NetworkFaultKind.Pause || (fault.Kind == NetworkFaultKind.Drop && chance < fault.Percent))
            {
                return FaultVerdict.Lost;
            }

            // Of two the longer: what waits for both waits no longer than for one.
            delay = fault.Delay > delay ? fault.Delay : delay;
        }

        return new FaultVerdict(IsLost: false, delay);
    }

    /// <summary>Those that have not ended by themselves.</summary>
    public NetworkFaults At(TimeSpan now) => All.All(fault => now < fault.Ends) ? this : new NetworkFaults([.. All.Where(fault => now < fault.Ends)]);

    public NetworkFaults With(NetworkFault fault) => new([.. All, fault]);

    public NetworkFaults Without(long id) => new([.. All.Where(fault => fault.Id != id)]);
}
