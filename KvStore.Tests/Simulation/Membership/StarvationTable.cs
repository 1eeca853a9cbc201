using System.Globalization;
using KvStore.Node.Membership;

namespace KvStore.Tests.Simulation.Membership;

/// <summary>
/// The second table of <c>simulate detection</c>: how often members that live are suspected, or taken for dead, while some get
/// a tenth of a CPU. They stand still for nine tenths of each stretch, every one at its own times; nothing else is wrong.
/// </summary>
internal static class StarvationTable
{
    private const int Members = 10;

    /// <summary>Of a stretch, in which a starved member runs.</summary>
    private const double Share = 0.1;

    private static readonly int[] Starved = [0, 1, 3, Members];

    private static readonly TimeSpan[] Stretches = [TimeSpan.FromMilliseconds(100), TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(3)];

    private static readonly TimeSpan Settling = TimeSpan.FromSeconds(10);

    private static readonly TimeSpan Time = TimeSpan.FromHours(1);

    public static void Write(TextWriter output, ulong seed)
    {
        output.WriteLine();
        output.WriteLine($"of {Members} members    running for  suspicions  of members that  taken for");
        output.WriteLine("     at 10 % CPU       of            an hour  are not starved  dead");
        foreach (TimeSpan stretch in Stretches)
        {
            foreach (int starved in Starved)
            {
                Measured measured = Measure(seed, starved, stretch);
                output.WriteLine(string.Create(
                    CultureInfo.InvariantCulture,
                    $"{starved,16}{stretch.TotalMilliseconds * Share,7:0} ms{stretch.TotalMilliseconds,6:0} ms{measured.Suspicions,9}{measured.OfOthers,17}{measured.Deaths,11}"));
            }
        }
    }

    private static Measured Measure(ulong seed, int starved, TimeSpan stretch)
    {
        using GossipBed bed = new(seed, Members);
        bed.RunFor(Settling);
        SimulatedProcess starver = bed.Scheduler.NewProcess("starver");
        foreach (GossipMachine machine in bed.Machines.Take(starved))
        {
            starver.PostAfter(bed.Streams.Faults.NextTime(stretch), () => Stand(starver, machine.Process!, stretch));
        }

        bed.Changes.Clear();
        bed.RunFor(Time);
        return new Measured(
            bed.Changes.Count(entry => IsFirstHand(bed, entry) && entry.Change.After == Liveness.Suspect),
            bed.Changes.Count(entry => IsFirstHand(bed, entry) && entry.Change.After == Liveness.Suspect && bed.IndexOf(entry.Change.Member) >= starved),
            bed.Changes.Where(entry => entry.Change.After == Liveness.Dead).DistinctBy(entry => (entry.Change.Member, entry.Change.Incarnation)).Count());
    }

    private static void Stand(SimulatedProcess starver, SimulatedProcess process, TimeSpan stretch)
    {
        process.Pause();
        starver.PostAfter(stretch * (1 - Share), () =>
        {
            process.Resume();
            starver.PostAfter(stretch * Share, () => Stand(starver, process, stretch));
        });
    }

    private static bool IsFirstHand(GossipBed bed, (TimeSpan At, int Observer, LivenessChange Change) entry) =>
        bed.IndexOf(entry.Change.By) == entry.Observer;

    private sealed record Measured(int Suspicions, int OfOthers, int Deaths);
}
