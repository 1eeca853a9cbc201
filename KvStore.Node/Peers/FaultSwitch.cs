using KvStore.Node.Ring;
using KvStore.Node.Telemetry;
using Microsoft.Extensions.Logging;

namespace KvStore.Node.Peers;

/// <summary>
/// Turns faults of this member's network on and off, for demonstration: only there where the options allow it. The wires ask it
/// before each frame and packet; what it answers is decided by <see cref="NetworkFaults"/>. Nothing of it outlives the process.
/// </summary>
/// <param name="random">This switch's alone.</param>
internal sealed class FaultSwitch(TimeProvider time, Random random, ILogger logger)
{
    private const int ChanceMax = 100;

    /// <summary>Those that have ended and are told of; the oldest go.</summary>
    public const int PastMax = 64;

    private readonly Lock _lock = new();
    private readonly Queue<NetworkFault> _past = new();
    private long _last;

    // Null where none is on, so that asking costs no more than that.
    private volatile NetworkFaults? _on;

    public TimeProvider Time => time;

    /// <summary>Now, by the clock of faults.</summary>
    public TimeSpan Now => time.GetElapsedTime(0);

    public bool IsOn => _on is not null;

    /// <summary>Those that are on.</summary>
    public IReadOnlyList<NetworkFault> All
    {
        get
        {
            lock (_lock)
            {
                return Standing().All;
            }
        }
    }

    /// <summary>Those that have ended, the last to end last.</summary>
    public IReadOnlyList<NetworkFault> Past
    {
        get
        {
            lock (_lock)
            {
                Standing();
                return [.. _past];
            }
        }
    }

    /// <summary>What becomes of something that is sent to a member or came from it. Any thread.</summary>
    /// <param name="peer">Null while it is not known.</param>
    public FaultVerdict Decide(MemberId? peer)
    {
        if (_on is not { } faults || peer is not { } member)
        {
            return default;
        }

        int chance;
        lock (_lock)
        {
            chance = random.Next(ChanceMax);
        }

        return faults.Decide(member, Now, chance);
    }

    /// <returns>The fault; null if there are <see cref="NetworkFaults.CountMax"/> already.</returns>
    public NetworkFault? Begin(NetworkFaultKind kind, IReadOnlyList<MemberId> members, TimeSpan delay, int percent, TimeSpan lasts)
    {
        NetworkFault fault;
        lock (_lock)
        {
            NetworkFaults faults = Standing();
            if (faults.All.Count >= NetworkFaults.CountMax)
            {
                return null;
            }

            fault = new NetworkFault(++_last, kind, members, delay, percent, Now, Now + lasts);
            _on = faults.With(fault);
        }

        logger.LogWarning(
            NodeEvents.FaultBegun,
            "Fault {Id} is on because somebody asked for it: {Kind} to {Members}; it ends by itself in {Seconds} s",
            fault.Id,
            kind,
            members.Count == 0 ? "all members" : string.Join(", ", members),
            lasts.TotalSeconds);
        return fault;
    }

    /// <param name="id">0 for all.</param>
    /// <returns>Whether it was on, or any.</returns>
    public bool End(long id)
    {
        bool wasOn;
        lock (_lock)
        {
            NetworkFaults before = Standing();
            NetworkFaults after = id == 0 ? NetworkFaults.None : before.Without(id);
            wasOn = after.All.Count < before.All.Count;
            Note(before.All.Except(after.All).Select(fault => fault with { Ended = Now }));
            _on = after.All.Count == 0 ? null : after;
        }

        if (wasOn)
        {
            logger.LogInformation(NodeEvents.FaultEnded, "Of the faults {Which} was ended", id == 0 ? "every one" : $"{id}");
        }

        return wasOn;
    }

    /// <summary>Under the lock: without those that have ended by themselves.</summary>
    private NetworkFaults Standing()
    {
        NetworkFaults before = _on ?? NetworkFaults.None;
        NetworkFaults faults = before.At(Now);
        Note(before.All.Except(faults.All).Select(fault => fault with { Ended = fault.Ends }));
        _on = faults.All.Count == 0 ? null : faults;
        return faults;
    }

    /// <summary>Under the lock.</summary>
    private void Note(IEnumerable<NetworkFault> ended)
    {
        foreach (NetworkFault fault in ended)
        {
            _past.Enqueue(fault);
            if (_past.Count > PastMax)
            {
                _past.Dequeue();
            }
        }
    }
}
