using System.Diagnostics;
using System.Globalization;
using KvStore.Client;
using KvStore.Tests.Simulation;
using KvStore.Tests.Simulation.Histories;

namespace KvStore.Tests.Chaos;

/// <summary>
/// <c>elastic [--nodes N] [--keys N] [--rate R | --load PERCENT] [--seed S] [--transfer-rate R] [--rounds N] [--settle S] [--quiet S] [--kills 0|1]</c>: <see cref="ElasticExercise"/> under load, with the checker over what the
/// clients were told. Prints what moved, of the least there had to, and how long operations took in each phase,
/// beside how long they took before. With <c>--load</c> it measures first what the nodes can do, the fewest and the most, and offers that share of what those can that are there. Ends with 1 if the
/// history is not linearizable or a key is lost.
/// </summary>
internal static class ElasticCommand
{
    public const string Name = "elastic";

    /// <summary>Of a round, beside what it rests: longer than it may take.</summary>
    private static readonly TimeSpan TimeMax = TimeSpan.FromMinutes(20);
    private static readonly TimeSpan HealingTime = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan WindowTime = TimeSpan.FromSeconds(2);

    /// <summary>Of the closed loop: enough that the processors never wait for one of them, and few enough that none waits for long.</summary>
    private const int Clients = 24;

    /// <summary>How much of what the 99th percentile was in the quiet phase before it may be while members change.</summary>
    private const double Bar = 2;

    public static async Task<int> RunAsync(string[] args, TextWriter output, TextWriter errors)
    {
        if (ElasticOptions.Parse(args) is not { } options)
        {
            errors.WriteLine(ElasticOptions.Usage);
            return 2;
        }

        return await RunAsync(options, output, CancellationToken.None);
    }

    public static async Task<int> RunAsync(ElasticOptions options, TextWriter output, CancellationToken cancellationToken)
    {
        long began = Stopwatch.GetTimestamp();
        void Say(string what) => output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{Stopwatch.GetElapsedTime(began).TotalSeconds,7:0.0}  {what}"));

        await using ChaosCluster cluster = await ChaosCluster.StartAsync(
            options.Most, ElasticExercise.First, cancellationToken, ("TransferBytesPerSecondMax", options.TransferRate.ToString(CultureInfo.InvariantCulture)));
        ChaosNode[] staying = [.. cluster.Nodes.Take(ElasticExercise.First)];
        using KvClient client = new(new KvClientOptions { Endpoints = [.. staying.Select(node => node.Grpc)] });
        LyingKeys lying = new(client, options.Keys);
        await lying.FillAsync(cancellationToken);
        Say($"{staying.Length} nodes hold {options.Keys} keys");
        using ChaosLoad load = new([.. staying.Select(node => node.Addresses)], new RandomStreams(options.Seed).Workload, TimeProvider.System, readsStale: false);
        using ElasticExercise exercise = new(cluster, options.Rounds, TimeSpan.FromSeconds(options.Settle), TimeSpan.FromSeconds(options.Quiet), options.Kills, TimeProvider.System, Say);
        using CancellationTokenSource enough = new();
        (int small, int large) = options.Load is { } percent
            ? await ShareOfCapacityAsync(load, exercise, percent, Say, cancellationToken)
            : (options.Rate, options.Rate);
        TimeSpan idle = TimeSpan.FromSeconds(options.Settle + (3 * options.Quiet));
        Task<int> loading = load.RunAsync((TimeMax + idle) * options.Rounds, () => exercise.IsSmall ? small : large, enough.Token);
        try
        {
            await exercise.RunAsync(cancellationToken);
        }
        finally
        {
            await enough.CancelAsync();
            await loading;
        }

        int unread = await load.ReadAllAsync(HealingTime);
        int lost = await lying.CountLostAsync(cancellationToken);
        return Judge(load, exercise, unread, lost, output);
    }

    /// <summary>
    /// What the nodes can do while the clients take their part of the same processors, as they do in the exercise: the first ones alone, and all that are
    /// ever members, which is where each operation has the least of the processors.
    /// </summary>
    /// <returns>Operations a second to be planned, with the first ones alone and while there are others.</returns>
    private static async Task<(int Small, int Large)> ShareOfCapacityAsync(
        ChaosLoad load, ElasticExercise exercise, int percent, Action<string> say, CancellationToken cancellationToken)
    {
        async Task<double> MeasureAsync(string nodes)
        {
            CapacityWindows windows = new();
            while (!windows.AreEnough)
            {
                windows.Add(await load.SaturateAsync(WindowTime, Clients, cancellationToken));
            }

            say(string.Create(
                CultureInfo.InvariantCulture,
                $"capacity of {nodes}: {windows.Capacity:0} operations/s of {Clients} clients on this machine ({windows.Count} windows of {WindowTime.TotalSeconds:0} s, the median of the last {CapacityWindows.Steady})"));
            return windows.Capacity;
        }

        double small = await MeasureAsync("the fewest nodes");
        double large = small;
        await exercise.RehearseAsync(async () => large = Math.Min(large, await MeasureAsync("the most nodes")), cancellationToken);
        int ShareOf(double capacity) => Math.Max(1, (int)(capacity * percent / 100));
        say(string.Create(
            CultureInfo.InvariantCulture, $"{percent} % are offered: {ShareOf(small)}/s to the fewest nodes, {ShareOf(large)}/s while there are more"));
        return (ShareOf(small), ShareOf(large));
    }

    private static int Judge(ChaosLoad load, ElasticExercise exercise, int unread, int lost, TextWriter output)
    {
        HistoryVerdict verdict = LinearizabilityChecker.Check(load.History);
        output.WriteLine();
        output.WriteLine("phase                                  seconds  operations  unknown  p50 ms  p99 ms  of before  slots moved  of least  max/mean keys");
        (double? first, double? before) = (null, null);
        foreach (ElasticPhase phase in exercise.Phases)
        {
            OperationRecord[] operations = [.. load.History.Where(operation => operation.Start >= phase.Start && operation.Start < phase.Finish)];
            double[] milliseconds = [.. operations.Where(operation => operation.Outcome == RecordedOutcome.Committed)
                .Select(operation => Stopwatch.GetElapsedTime(operation.Start, operation.Finish).TotalMilliseconds).Order()];
            double At(double share) => milliseconds.Length == 0 ? 0 : milliseconds[(int)((milliseconds.Length - 1) * share)];
            first ??= At(0.99);
            before ??= first;
            output.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"{phase.Name,-37} {Stopwatch.GetElapsedTime(phase.Start, phase.Finish).TotalSeconds,8:0.0} {operations.Length,11} {operations.Count(operation => operation.Outcome == RecordedOutcome.Unknown),8} {At(0.5),7:0.0} {At(0.99),7:0.0} {At(0.99) / (phase.IsQuiet ? first : before),9:0.0}x {phase.SlotsMoved,12} {(phase.SlotsMovedLeast == 0 ? "" : $"{(double)phase.SlotsMoved / phase.SlotsMovedLeast:0.00}"),9} {phase.Imbalance,14:0.00}"));
            before = phase.IsQuiet ? At(0.99) : before;
        }

        int Count(RecordedOutcome outcome) => load.History.Count(operation => operation.Outcome == outcome);
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"""

            operations  {load.History.Count}: {Count(RecordedOutcome.Committed)} committed, {Count(RecordedOutcome.NotApplied)} not applied, {Count(RecordedOutcome.Unknown)} unknown; {load.Dropped} not sent
            bar         while members change, p99 ms of at most {Bar:0.0}x the last phase in which nothing changed
            faults      {exercise.Kills} kills
            unread      {unread} reads in the end
            lost        {lost} of the keys that lay there
            violations  {(verdict.IsCorrect ? 0 : 1)}
            """));
        if (verdict.Violation is { } violation)
        {
            output.WriteLine(violation);
        }

        return verdict.IsCorrect && unread == 0 && lost == 0 ? 0 : 1;
    }
}
