using KvStore.Node.Membership;

namespace KvStore.Tests.Simulation.Membership;

/// <summary>What may happen to a cluster, as a function of a seed; each says what it saw that must not be, or null.</summary>
internal static class GossipScenario
{
    private static readonly TimeSpan Settling = TimeSpan.FromSeconds(8);

    /// <summary>Everyone was started, and everyone was heard of.</summary>
    public static GossipBed Settled(ulong seed, DetectorPlant plant, int least = 2)
    {
        GossipBed bed = new(seed, least + (int)(seed % 6), plant);
        bed.RunFor(Settling);
        bed.Changes.Clear();
        return bed;
    }

    public static string? Calm(ulong seed, DetectorPlant plant)
    {
        using GossipBed bed = Settled(seed, plant);
        bed.RunFor(TimeSpan.FromMinutes(1));
        bed.Scheduler.Finish();
        return bed.Changes.Count == 0 ? null : $"seed {seed}: nothing happened, and yet\n{bed.Describe()}";
    }

    public static string? Loss(ulong seed, DetectorPlant plant)
    {
        using GossipBed bed = Settled(seed, plant, least: 3);
        bed.Network.Conditions = NetworkConditions.Calm with { LossRate = 0.05, DuplicationRate = 0.05, CorruptionRate = 0.01, DoublingsMax = 8 };
        bed.RunFor(TimeSpan.FromMinutes(2));
        bed.Scheduler.Finish();
        return Deaths(bed) ?? (bed.Agrees(bed.NoticedWithin) ? null : $"seed {seed}: views differ\n{bed.Describe()}");
    }

    public static string? Crash(ulong seed, DetectorPlant plant)
    {
        using GossipBed bed = Settled(seed, plant);
        int victim = bed.Streams.Faults.Next(bed.Machines.Count);
        bed.Machines[victim].Crash();
        if (!bed.Agrees(bed.NoticedWithin))
        {
            return $"seed {seed}: the crash of {victim} is not known to all of {bed.Machines.Count} after {bed.NoticedWithin}\n{bed.Describe()}";
        }

        string? deaths = Deaths(bed, victim);
        bed.Machines[victim].Start();
        return deaths ?? (bed.Agrees(bed.NoticedWithin) ? null : $"seed {seed}: {victim} is back and not everyone knows\n{bed.Describe()}");
    }

    public static string? Partition(ulong seed, DetectorPlant plant)
    {
        using GossipBed bed = Settled(seed, plant, least: 3);
        int side = 1 + bed.Streams.Faults.Next(bed.Machines.Count - 1);
        bed.Network.Partition([.. Enumerable.Range(0, side)]);

        // Who gets no answer from relays either gives itself up to nine times the time.
        bed.RunFor(bed.NoticedWithin * (LocalHealth.ScoreMax + 1));
        bool noticed = bed.Machines.Index().All(observer => bed.Machines.Index().All(other => observer.Index == other.Index
            || observer.Item.Sees(other.Item) == ((observer.Index < side) == (other.Index < side) ? Liveness.Alive : Liveness.Dead)));
        bed.Network.HealAll();
        return !noticed ? $"seed {seed}: a side does not see the other dead\n{bed.Describe()}"
            : bed.Agrees(bed.NoticedWithin * 2) ? null
            : $"seed {seed}: healed, and not everyone is alive to all\n{bed.Describe()}";
    }

    public static string? Pause(ulong seed, DetectorPlant plant)
    {
        using GossipBed bed = Settled(seed, plant, least: 3);
        int victim = bed.Streams.Faults.Next(bed.Machines.Count);
        TimeSpan pause = seed % 8 == 0 ? TimeSpan.FromMinutes(30) : bed.Streams.Faults.NextTime(TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(60));
        bed.Machines[victim].Process!.Pause();
        bed.RunFor(pause);
        bool suspected = bed.Changes.Any(entry => bed.IndexOf(entry.Change.Member) == victim && entry.Change.After != Liveness.Alive);
        bed.Machines[victim].Process!.Resume();
        if (!bed.Agrees(bed.NoticedWithin * 2))
        {
            return $"seed {seed}: {victim} runs again and not everyone knows\n{bed.Describe()}";
        }

        bed.RunFor(TimeSpan.FromSeconds(20));
        return pause > bed.NoticedWithin && !suspected ? $"seed {seed}: nobody suspected {victim}, which stood for {pause}" : Deaths(bed, victim);
    }

    /// <summary>The way between two flaps; everyone else reaches both, so neither may be taken for dead.</summary>
    public static string? Flapping(ulong seed, DetectorPlant plant)
    {
        using GossipBed bed = Settled(seed, plant, least: 4);
        TimeSpan period = bed.Streams.Faults.NextTime(TimeSpan.FromMilliseconds(100), TimeSpan.FromSeconds(5));
        bed.Network.Flap(0, 1, period);
        bed.Network.Flap(1, 0, period);
        bed.RunFor(TimeSpan.FromMinutes(1));
        string? deaths = Deaths(bed);
        bed.Network.HealAll();
        return deaths ?? (bed.Agrees(bed.NoticedWithin * 2) ? null : $"seed {seed}: healed, and views differ\n{bed.Describe()}");
    }

    /// <summary>Who hears nobody accuses everybody, and must not be believed: the others answer for themselves.</summary>
    public static string? Deaf(ulong seed, DetectorPlant plant)
    {
        using GossipBed bed = Settled(seed, plant, least: 4);
        for (int from = 1; from < bed.Machines.Count; from++)
        {
            bed.Network.CutOneWay(from, 0);
        }

        bed.RunFor(TimeSpan.FromMinutes(1));
        string? death = bed.Changes.Where(entry => entry.Observer != 0 && entry.Change.After == Liveness.Dead && bed.IndexOf(entry.Change.Member) != 0)
            .Select(_ => $"seed {seed}: one deaf member had another taken for dead\n{bed.Describe()}").FirstOrDefault();
        bed.Network.HealAll();
        return death ?? (bed.Agrees(bed.NoticedWithin * 4) ? null : $"seed {seed}: healed, and views differ\n{bed.Describe()}");
    }

    private static string? Deaths(GossipBed bed, int? but = null) =>
        bed.Changes.Any(entry => entry.Change.After == Liveness.Dead && bed.IndexOf(entry.Change.Member) != but)
            ? $"seed {bed.Streams.Seed}: a member that ran was taken for dead\n{bed.Describe()}"
            : null;
}
