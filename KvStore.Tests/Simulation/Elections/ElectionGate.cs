using System.Globalization;
using KvStore.Node.Topology;

namespace KvStore.Tests.Simulation.Elections;

/// <summary><c>simulate elections</c>: runs seeds of elections and prints what they did. Ends with 1 if one went wrong.</summary>
internal static class ElectionGate
{
    private const int ViolationsShownMax = 3;

    public static int Run(ulong seed, ulong seeds, bool trace, TextWriter output)
    {
        if (seeds == 1)
        {
            ElectionReport one = ElectionRun.Execute(seed, ElectionPlant.None, trace ? output.WriteLine : null);
            output.WriteLine(one.Describe());
            return one.Violation is null ? 0 : 1;
        }

        List<ElectionReport> reports = [];
        for (ulong i = 0; i < seeds; i++)
        {
            reports.Add(ElectionRun.Execute(seed + i));
        }

        ElectionReport[] violations = [.. reports.Where(report => report.Violation is not null)];
        foreach (ElectionReport report in violations.Take(ViolationsShownMax))
        {
            output.WriteLine(report.Describe());
            output.WriteLine($"  replay: dotnet run --project KvStore.Tests -- simulate elections --seed {report.Seed}");
        }

        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"""
            seeds       {reports.Count}
            epochs      {reports.Sum(report => report.Epochs)}
            proposals   {reports.Sum(report => report.Decided)} decided, {reports.Sum(report => report.Superseded)} superseded, {reports.Sum(report => report.Unknown)} unknown
            crashes     {reports.Sum(report => report.Crashes)}
            packets     {reports.Sum(report => report.Network.Sent)}: {reports.Sum(report => report.Network.Lost)} lost, {reports.Sum(report => report.Network.Cut)} cut, {reports.Sum(report => report.Network.Duplicated)} doubled
            violations  {violations.Length}
            """));
        return violations.Length == 0 ? 0 : 1;
    }
}
