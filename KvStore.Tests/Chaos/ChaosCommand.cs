using System.Diagnostics;
using System.Globalization;
using KvStore.Client;
using KvStore.Tests.Simulation;
using KvStore.Tests.Simulation.Histories;

namespace KvStore.Tests.Chaos;

/// <summary>
/// <c>chaos [--seconds N] [--seed S] [--rate R] [--stale-reads]</c>: real nodes, real clients, kill -9 and SIGSTOP, and the checker over what the
/// clients were told. Ends with 1 if the history is not linearizable, a key cannot be read in the end, or too little of the
/// planned load ran for the run to mean anything.
/// </summary>
internal static class ChaosCommand
{
    public const string Name = "chaos";

    /// <summary>Of the planned operations, below which a run is void.</summary>
    private const double RanLeast = 0.8;

    /// <summary>After the last fault, within which every key must be readable through every node.</summary>
    private static readonly TimeSpan HealingTime = TimeSpan.FromSeconds(60);

    public static async Task<int> RunAsync(string[] args, TextWriter output, TextWriter errors)
    {
        if (!ChaosOptions.TryParse(args, out ChaosOptions? options))
        {
            errors.WriteLine(ChaosOptions.Usage);
            return 2;
        }

        long began = Stopwatch.GetTimestamp();
        void Say(string what) => output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{Stopwatch.GetElapsedTime(began).TotalSeconds,7:0.0}  {what}"));

        RandomStreams streams = new(options.Seed);
        await using ChaosCluster cluster = await ChaosCluster.StartAsync(CancellationToken.None);
        Say($"{cluster.Nodes.Count} nodes are healthy, at epoch {await EpochAsync(cluster.Nodes[0])}");
        ChaosFaults faults = new(cluster, streams.Faults, TimeProvider.System, Say);
        using ChaosLoad load = new([.. cluster.Nodes.Select(node => node.Addresses)], streams.Workload, TimeProvider.System, options.StaleReads);
        using CancellationTokenSource enough = new();
        Task faulting = faults.RunAsync(enough.Token);
        int planned = await load.RunAsync(options.Time, () => options.Rate, CancellationToken.None);
        await enough.CancelAsync();
        await faulting;
        await cluster.WaitUntilHealthyAsync("in the end", CancellationToken.None);
        Say("faults are over");
        int unread = await load.ReadAllAsync(HealingTime);
        return Judge(options, load, faults, planned, unread, output);
    }

    private static async Task<long> EpochAsync(ChaosNode node)
    {
        using KvClient client = new(new KvClientOptions { Endpoints = [node.Grpc] });
        return (await client.Cluster.GetStatusAsync()).Epoch;
    }

    private static int Judge(ChaosOptions options, ChaosLoad load, ChaosFaults faults, int planned, int unread, TextWriter output)
    {
        IReadOnlyCollection<OperationRecord> history = load.History;
        HistoryVerdict verdict = LinearizabilityChecker.Check(history);
        int ran = planned - load.Dropped;
        bool isVoid = ran < planned * RanLeast;
        int Count(RecordedOutcome outcome) => history.Count(operation => operation.Outcome == outcome);
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"""
            planned     {planned} operations in {options.Time.TotalSeconds:0} s, of which {ran} ran
            operations  {history.Count}: {Count(RecordedOutcome.Committed)} committed, {Count(RecordedOutcome.NotApplied)} not applied, {Count(RecordedOutcome.Unknown)} unknown
            checked     {verdict.Operations} operations, {verdict.States} states; {verdict.Consumed} replaced under a condition; {verdict.UnknownSeen} unknown writes seen
            faults      {faults.Kills} kills, {faults.Pauses} pauses
            unread      {unread} reads in the end
            violations  {(verdict.IsCorrect ? 0 : 1)}
            """));
        if (verdict.Violation is { } violation)
        {
            output.WriteLine(violation);
        }

        if (isVoid)
        {
            output.WriteLine("Too little of the load ran: this proves nothing.");
        }

        return verdict.IsCorrect && unread == 0 && !isVoid ? 0 : 1;
    }
}
