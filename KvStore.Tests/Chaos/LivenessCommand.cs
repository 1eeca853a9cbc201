using System.Diagnostics;
using System.Globalization;
using KvStore.Client;

namespace KvStore.Tests.Chaos;

/// <summary>
/// <c>liveness [--seconds N] [--kills N]</c>: how long five empty nodes that are started at once take to be one cluster of healthy
/// members that see each other alive; then these nodes while every core of the machine is burnt, in which none may be
/// taken for dead and at most one be suspected by all; and then, on the machine at rest, how long a kill -9 takes to be seen
/// by all. Ends with 1 if any of it is not so.
/// </summary>
internal static class LivenessCommand
{
    public const string Name = "liveness";

    /// <summary>Aim for the time from the start of five empty nodes to one cluster.</summary>
    private static readonly TimeSpan FormedMax = TimeSpan.FromSeconds(10);

    /// <summary>Aim for the time from a kill to the last node's seeing it, 99 of 100.</summary>
    private static readonly TimeSpan SeenMax = TimeSpan.FromSeconds(5);

    private static readonly TimeSpan LookInterval = TimeSpan.FromMilliseconds(50);

    /// <summary>Within which a kill must be seen, and a node be back, for the run to go on at all.</summary>
    private static readonly TimeSpan PhaseMax = TimeSpan.FromSeconds(60);

    public static async Task<int> RunAsync(string[] args, TextWriter output, TextWriter errors)
    {
        if (!TryParse(args, out int seconds, out int kills))
        {
            errors.WriteLine($"{Name} [--seconds N] [--kills N]");
            return 2;
        }

        long started = Stopwatch.GetTimestamp();
        await using ChaosCluster cluster = await ChaosCluster.StartAsync(CancellationToken.None);
        List<KvClient> clients = [.. cluster.Nodes.Select(node => new KvClient(new KvClientOptions { Endpoints = [node.Grpc] }))];
        try
        {
            await UntilAsync(clients, "all see all alive", (_, peer) => peer.Liveness == "alive");
            TimeSpan formed = Stopwatch.GetElapsedTime(started);
            MemberStatus first = await clients[0].Cluster.GetStatusAsync(CancellationToken.None);
            output.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"formed      {cluster.Nodes.Count} empty nodes are one healthy cluster after {formed.TotalSeconds:0.0} s (aim {FormedMax.TotalSeconds:0} s), at epoch {first.Epoch} (aim 3)"));
            (int dead, int suspected) = await BurnAsync(cluster, clients, TimeSpan.FromSeconds(seconds));
            output.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"burnt       {Environment.ProcessorCount} cores for {seconds} s: {dead} false deaths (aim 0), {suspected} false suspicions (aim at most 1)"));
            List<TimeSpan> seen = [];
            for (int kill = 0; kill < kills; kill++)
            {
                seen.Add(await KillAsync(cluster, clients, kill % cluster.Nodes.Count));
            }

            seen.Sort();
            bool isQuick = seen.Count == 0 || seen[(int)Math.Ceiling(seen.Count * 0.99) - 1] <= SeenMax;
            if (seen.Count > 0)
            {
                output.WriteLine(string.Create(
                    CultureInfo.InvariantCulture,
                    $"kill -9     {seen.Count} kills seen by all: median {seen[seen.Count / 2].TotalSeconds:0.0} s, p99 {seen[(int)Math.Ceiling(seen.Count * 0.99) - 1].TotalSeconds:0.0} s (aim {SeenMax.TotalSeconds:0} s)"));
            }

            return formed <= FormedMax && first.Epoch <= 3 && dead == 0 && suspected <= 1 && isQuick ? 0 : 1;
        }
        finally
        {
            clients.ForEach(client => client.Dispose());
        }
    }

    /// <returns>Members taken for dead, and suspected, each counted once however many heard of it.</returns>
    private static async Task<(int Dead, int Suspected)> BurnAsync(ChaosCluster cluster, List<KvClient> clients, TimeSpan time)
    {
        HashSet<(string Member, long Incarnation)> dead = [];
        HashSet<(string Member, long Incarnation)> suspected = [];
        long from = DateTimeOffset.UtcNow.ToUnixTimeMilliseconds();
        using (CancellationTokenSource enough = new(time))
        {
            Thread[] burners = [.. Enumerable.Range(0, Environment.ProcessorCount).Select(_ => new Thread(() => Burn(enough.Token)))];
            Array.ForEach(burners, burner => burner.Start());
            await Task.Run(() => Array.ForEach(burners, burner => burner.Join()));
        }

        for (int i = 0; i < clients.Count; i++)
        {
            MemberStatus status = await clients[i].Cluster.GetStatusAsync(CancellationToken.None);
            foreach (LivenessChange change in status.LivenessChanges.Where(change => change.Time.ToUnixTimeMilliseconds() >= from))
            {
                (change.Liveness == "dead" ? dead : change.Liveness == "suspect" ? suspected : []).Add((change.Member, change.Incarnation));
            }
        }

        return (dead.Count, suspected.Count);
    }

    private static void Burn(CancellationToken enough)
    {
        double value = 1;
        while (!enough.IsCancellationRequested)
        {
            for (int i = 0; i < 100_000; i++)
            {
                value = Math.Sqrt(value + i);
            }
        }

        GC.KeepAlive(value);
    }

    /// <returns>From the kill to the last node's seeing it.</returns>
    private static async Task<TimeSpan> KillAsync(ChaosCluster cluster, List<KvClient> clients, int victim)
    {
        ChaosNode node = cluster.Nodes[victim];
        List<KvClient> others = [.. clients.Where((_, index) => index != victim)];
        long killed = Stopwatch.GetTimestamp();
        await node.KillAsync();
        await UntilAsync(others, $"{node.Name} is seen dead", (_, peer) => peer.Name != node.Name || peer.Liveness == "dead");
        TimeSpan seen = Stopwatch.GetElapsedTime(killed);
        node.Start();
        await node.WaitUntilHealthyAsync("after a kill", CancellationToken.None);
        await UntilAsync(clients, "all see all alive again", (_, peer) => peer.Liveness == "alive");
        return seen;
    }

    private static async Task UntilAsync(List<KvClient> observers, string phase, Func<MemberStatus, PeerStatus, bool> holds)
    {
        long began = Stopwatch.GetTimestamp();
        using PeriodicTimer timer = new(LookInterval);
        foreach (KvClient observer in observers)
        {
            while (true)
            {
                try
                {
                    MemberStatus status = await observer.Cluster.GetStatusAsync(CancellationToken.None);
                    if (status.Peers.Any() && status.Peers.All(peer => holds(status, peer)))
                    {
                        break;
                    }
                }
                catch (KvException) when (Stopwatch.GetElapsedTime(began) < PhaseMax)
                {
                    // It is just starting.
                }

                if (Stopwatch.GetElapsedTime(began) > PhaseMax)
                {
                    throw new TimeoutException($"Within {PhaseMax.TotalSeconds:0} s it was not so that {phase}.");
                }

                await timer.WaitForNextTickAsync();
            }
        }
    }

    private static bool TryParse(string[] args, out int seconds, out int kills)
    {
        (seconds, kills) = (180, 20);
        for (int i = 0; i < args.Length; i += 2)
        {
            if (i + 1 == args.Length || !int.TryParse(args[i + 1], NumberStyles.None, CultureInfo.InvariantCulture, out int value) || value > 86_400)
            {
                return false;
            }

            switch (args[i])
            {
                case "--seconds":
                    seconds = value;
                    break;
                case "--kills":
                    kills = value;
                    break;
                default:
                    return false;
            }
        }

        return true;
    }
}
