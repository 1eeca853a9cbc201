using System.Globalization;
using KvStore.Node.Membership;

namespace KvStore.Tests.Simulation.Membership;

/// <summary>
/// <c>simulate detection</c>: how long a crash takes to be noticed, and what watching costs, for clusters of growing size on a
/// calm network in virtual time.
/// </summary>
internal static class DetectionTable
{
    private static readonly int[] Sizes = [3, 5, 10, 30, 100, 300, 500];

    /// <summary>Everyone has to hear of everyone first: claims of many members take their turns.</summary>
    private static readonly TimeSpan SettlingOfOne = TimeSpan.FromMilliseconds(100);

    private static readonly TimeSpan Settling = TimeSpan.FromSeconds(10);

    private static readonly TimeSpan Calm = TimeSpan.FromSeconds(10);

    public static void Write(TextWriter output, ulong seed, int crashes)
    {
        output.WriteLine("members  first suspects (s)  all see it dead (s)             messages a member and second");
        output.WriteLine("                    median       median   longest    bound        calm  after a crash");
        foreach (int members in Sizes)
        {
            // Large ones are slow to simulate and vary little.
            int runs = Math.Max(1, crashes * 10 / Math.Max(members, 10));
            Measured[] measured = [.. Enumerable.Range(0, runs).Select(run => Measure(seed + (ulong)run, members))];
            TimeSpan[] first = [.. measured.Select(run => run.First).Order()];
            TimeSpan[] all = [.. measured.Select(run => run.All).Order()];
            output.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"{members,7}{first[runs / 2].TotalSeconds,19:0.0}{all[runs / 2].TotalSeconds,13:0.0}{all[^1].TotalSeconds,10:0.0}{measured[0].Bound.TotalSeconds,9:0.0}{measured.Average(run => run.Calm),12:0.0}{measured.Average(run => run.After),15:0.0}"));
        }
    }

    private static Measured Measure(ulong seed, int members)
    {
        using GossipBed bed = new(seed, members);
        bed.RunFor(Settling + (SettlingOfOne * members));
        bed.Changes.Clear();
        long sent = bed.Network.Counts.Sent;
        bed.RunFor(Calm + bed.Streams.Faults.NextTime(bed.Settings.ProbeInterval));
        double calm = (bed.Network.Counts.Sent - sent) / Calm.TotalSeconds / members;

        int victim = bed.Streams.Faults.Next(members);
        TimeSpan crashed = bed.Scheduler.Now;
        sent = bed.Network.Counts.Sent;
        bed.Machines[victim].Crash();
        int dead = 0;
        int looked = 0;
        bool noticed = bed.Scheduler.RunUntil(
            () =>
            {
                for (; looked < bed.Changes.Count; looked++)
                {
                    dead += bed.Changes[looked].Change.After == Liveness.Dead ? 1 : 0;
                }

                return dead >= members - 1;
            },
            crashed + bed.NoticedWithin);
        Assert.True(noticed, $"seed {seed}: a crash among {members} was not noticed by all within {bed.NoticedWithin}");
        TimeSpan all = bed.Scheduler.Now - crashed;
        double after = (bed.Network.Counts.Sent - sent) / all.TotalSeconds / members;
        return new Measured(bed.Changes[0].At - crashed, all, bed.NoticedWithin, calm, after);
    }

    private sealed record Measured(TimeSpan First, TimeSpan All, TimeSpan Bound, double Calm, double After);
}
