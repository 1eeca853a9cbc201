using System.Globalization;

namespace KvStore.Tests.Simulation.Cluster;

/// <summary>
/// <c>simulate cluster [--seed S] [--seeds N] [--plant NAME] [--moves|--many-moves|--back-to-back] [--trace]</c>: runs seeds of the whole cluster and prints what
/// they did. One seed prints its history; many print a table. Ends with 1 if a seed violated an oracle, or, with a plant, if
/// none did.
/// </summary>
internal static class ClusterGate
{
    public const string Name = "cluster";

    /// <summary>Seeds that prove nothing, of 1, at most: more, and the workload or the faults are wrong.</summary>
    private const double VoidMax = 0.25;

    private const int ViolationsShownMax = 3;

    public static int Run(ReadOnlySpan<string> args, TextWriter output, TextWriter errors)
    {
        if (!ClusterGateOptions.TryParse(args, out ClusterGateOptions? options))
        {
            errors.WriteLine("simulate cluster [--seed S] [--seeds N] [--plant " + string.Join('|', PlantedMistake.All) + "] [--moves|--many-moves|--back-to-back] [--trace]");
            return 2;
        }

        if (options.Seeds == 1)
        {
            return RunOne(options, output);
        }

        List<ClusterReport> reports = [];
        for (ulong i = 0; i < options.Seeds; i++)
        {
            reports.Add(ClusterRun.Execute(options.Seed + i, options.Plant, moves: options.Moves));
        }

        return Judge(reports, options, output);
    }

    private static int RunOne(ClusterGateOptions options, TextWriter output)
    {
        ClusterReport report = ClusterRun.Execute(options.Seed, options.Plant, options.Trace ? output.WriteLine : null, keepsHistory: true, options.Moves);
        foreach (string operation in report.History)
        {
            output.WriteLine(operation);
        }

        output.WriteLine(report.Describe());
        return report.Violation is null ? 0 : 1;
    }

    /// <summary>Prints what the seeds did, and whether that is as it must be.</summary>
    public static int Judge(List<ClusterReport> reports, ClusterGateOptions options, TextWriter output)
    {
        ClusterReport[] violations = [.. reports.Where(report => report.Violation is not null)];
        foreach (ClusterReport report in violations.Take(ViolationsShownMax))
        {
            output.WriteLine(report.Describe());
            output.WriteLine($"  replay: dotnet run --project KvStore.Tests -- simulate --seed {report.Seed}{options.ShapeArguments}");
        }

        UpkeepCounts upkeep = reports.Aggregate(default(UpkeepCounts), (sum, report) => sum + report.Upkeep);
        LoadCounts load = reports.Aggregate(default(LoadCounts), (sum, report) => sum + report.Load);
        int voided = reports.Count(report => report.IsVoid);
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"""
            seeds       {reports.Count}, {voided} of them void
            operations  {reports.Sum(r => r.Operations)}: {reports.Sum(r => r.Committed)} committed, {reports.Sum(r => r.NotApplied)} not applied, {reports.Sum(r => r.Unknown)} unknown; {reports.Sum(r => r.Checked)} checked
            rounds      {reports.Sum(r => r.HeldRounds)} without a prepare; {reports.Sum(r => r.SoleRounds)} writes decided by only owners
            upkeep      {upkeep.HintsDelivered} hints delivered, {upkeep.ReadRepairs} read repairs, {upkeep.KeysRepaired} keys repaired ({upkeep.RepairRounds} by a round), {upkeep.TombstonesPurged} tombstones purged
            hedges      {load.HedgesSent} sent, {load.HedgesWon} won, {load.HedgesDenied} denied; {load.Probes} probes; {load.Expired} requests expired before they ran
            changes     {reports.Sum(r => r.ChangesCompleted)} of members completed, and {reports.Sum(r => r.ChangesAbandoned)} given up; {upkeep.Transferred} records taken over, {upkeep.Settled} keys settled by a round, {upkeep.Dropped} records dropped
            faults      {reports.Sum(r => r.Faults)}, {reports.Sum(r => r.FaultsInFlight)} of them while a client waited; a disk damaged in {reports.Count(r => r.IsDamaged)} seeds
            packets     {reports.Sum(r => r.Network.Sent)}: {reports.Sum(r => r.Network.Lost)} lost, {reports.Sum(r => r.Network.Cut)} cut, {reports.Sum(r => r.Network.Duplicated)} doubled, {reports.Sum(r => r.Network.Corrupted)} damaged, {reports.Sum(r => r.Network.Overtaken)} overtaken
            steps       {reports.Sum(r => r.Steps)} in {reports.Sum(r => r.VirtualTime.TotalSeconds):0} s of virtual time
            violations  {violations.Length}
            """));
        if (voided > reports.Count * VoidMax)
        {
            output.WriteLine("Too many seeds are void: they prove nothing.");
            return 1;
        }

        return (violations.Length == 0) == (options.Plant.IsNone) ? 0 : 1;
    }
}
