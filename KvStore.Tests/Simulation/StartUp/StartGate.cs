using System.Globalization;
using KvStore.Node.Topology;

namespace KvStore.Tests.Simulation.StartUp;

/// <summary><c>simulate startup</c>: runs seeds of clusters that come to be and change, and prints what they did. Ends with 1 if one went wrong.</summary>
internal static class StartGate
{
    private const int ViolationsShownMax = 5;

    /// <summary>Which seed finds each <see cref="StartPlant"/> first. Ends with 1 if one is found by none.</summary>
    public static int Hunt(ulong seed, ulong seeds, TextWriter output)
    {
        int missed = 0;
        foreach (StartPlant plant in Enum.GetValues<StartPlant>().Where(plant => plant != StartPlant.None))
        {
            StartReport? found = null;
            for (ulong i = 0; i < seeds && found is null; i++)
            {
                StartReport report = StartRun.Execute(seed + i, plant);
                found = report.Violation is null ? null : report;
            }

            missed += found is null ? 1 : 0;
            output.WriteLine($"{plant,-20}{found?.Describe() ?? "not found"}");
            output.Flush();
        }

        return missed == 0 ? 0 : 1;
    }

    public static int Run(ulong seed, ulong seeds, bool trace, TextWriter output)
    {
        if (seeds == 1)
        {
            StartReport one = StartRun.Execute(seed, StartPlant.None, trace ? output.WriteLine : null);
            output.WriteLine(one.Describe());
            return one.Violation is null ? 0 : 1;
        }

        List<StartReport> reports = [];
        StartCounts sum = new();
        for (ulong i = 0; i < seeds; i++)
        {
            StartReport report = StartRun.Execute(seed + i);
            reports.Add(report);
            sum.Add(report.Counts);
        }

        StartReport[] violations = [.. reports.Where(report => report.Violation is not null)];
        foreach (StartReport report in violations.Take(ViolationsShownMax))
        {
            output.WriteLine(report.Describe());
            output.WriteLine($"  replay: dotnet run --project KvStore.Tests -- simulate startup --seed {report.Seed}");
        }

        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"""
            seeds       {reports.Count}
            epochs      {reports.Sum(report => report.Epochs)}: {sum.Joined} members joined, {sum.Left} were asked to go, {sum.Replaced} replaced, {sum.Evicted} evicted
            changes     {sum.Asked} asked for, {sum.Begun} of them begun; {sum.Completed} completed, and {sum.Abandoned} given up
            faults      {sum.Faults}: {sum.Crashes} crashes, {sum.Pauses} pauses, {sum.Partitions} partitions, {sum.MassRestarts} restarts of all, {sum.Wipes} disks wiped; {sum.ComeBackAsNew} members found out that they had been removed
            packets     {reports.Sum(report => report.Network.Sent)}: {reports.Sum(report => report.Network.Lost)} lost, {reports.Sum(report => report.Network.Cut)} cut, {reports.Sum(report => report.Network.Duplicated)} doubled
            steps       {reports.Sum(report => report.Steps)} in {reports.Sum(report => report.VirtualTime.TotalSeconds):0} s of virtual time
            violations  {violations.Length}
            """));
        return violations.Length == 0 ? 0 : 1;
    }
}
