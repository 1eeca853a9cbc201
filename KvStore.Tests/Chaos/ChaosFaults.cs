using System.Globalization;
using KvStore.Tests.Simulation;

namespace KvStore.Tests.Chaos;

/// <summary>
/// Kills and stops nodes while clients are at work, one after the other, now and then two at once or all of them. What is hit comes
/// back after a while with the disk it had.
/// </summary>
internal sealed class ChaosFaults(ChaosCluster cluster, SeededRandom random, TimeProvider time, Action<string> say)
{
    private const double PauseSecondsMax = 30;
    private const double DownSecondsMax = 8;

    private static readonly TimeSpan Between = TimeSpan.FromSeconds(4);

    private readonly List<Task> _impaired = [];

    public int Kills { get; private set; }

    public int Pauses { get; private set; }

    /// <summary>Goes on until cancelled; returns when everything runs again.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        try
        {
            while (true)
            {
                await Task.Delay(random.NextTime(Between / 4, Between), time, cancellationToken);
                Strike(cancellationToken);
            }
        }
        catch (OperationCanceledException)
        {
            // The time is over.
        }

        await Task.WhenAll(_impaired);
    }

    private void Strike(CancellationToken cancellationToken)
    {
        ChaosNode[] sound = [.. cluster.Nodes.Where(node => !node.IsImpaired)];
        if (sound.Length == cluster.Nodes.Count && random.Chance(0.04))
        {
            // Power cuts take a whole rack; here only its processes.
            TimeSpan down = random.NextTime(TimeSpan.FromSeconds(1));
            foreach (ChaosNode node in sound)
            {
                Begin(node, () => KillAsync(node, down));
            }
        }
        else if (sound.Length > (random.Chance(0.25) ? cluster.Nodes.Count - 2 : cluster.Nodes.Count - 1))
        {
            ChaosNode node = sound[random.Next(sound.Length)];
            Begin(node, random.Chance(0.5) ? () => KillAsync(node, random.NextTime(TimeSpan.FromSeconds(DownSecondsMax))) : () => PauseAsync(node, cancellationToken));
        }
    }

    private void Begin(ChaosNode node, Func<Task> fault)
    {
        node.IsImpaired = true;
        _impaired.Add(fault());
    }

    private async Task KillAsync(ChaosNode node, TimeSpan down)
    {
        Kills++;
        say(string.Create(CultureInfo.InvariantCulture, $"{node.Name} killed for {down.TotalSeconds:0.0} s"));
        await node.KillAsync();
        await Task.Delay(down, time, CancellationToken.None);
        node.Start();
        await node.WaitUntilHealthyAsync("after a kill", CancellationToken.None);
        node.IsImpaired = false;
    }

    /// <summary>Mostly short: a pause longer than every timeout is one thing only, however long.</summary>
    private async Task PauseAsync(ChaosNode node, CancellationToken cancellationToken)
    {
        Pauses++;
        TimeSpan pause = TimeSpan.FromSeconds(PauseSecondsMax * Math.Pow(random.NextDouble(), 3));
        say(string.Create(CultureInfo.InvariantCulture, $"{node.Name} stopped for {pause.TotalSeconds:0.0} s"));
        await node.PauseAsync();
        try
        {
            await Task.Delay(pause, time, cancellationToken);
        }
        catch (OperationCanceledException)
        {
            // Over earlier, with everything else.
        }

        await node.ContinueAsync();
        await node.WaitUntilHealthyAsync("after a pause", CancellationToken.None);
        node.IsImpaired = false;
    }
}
