using System.Text;
using KvStore.Node.Coordination;
using KvStore.Node.Registers;
using KvStore.Node.Ring;

namespace KvStore.Tests.Simulation.Cluster;

/// <summary>Whom a replica has not answered when the link to it is lost asks another at once, and waits for no clock.</summary>
public sealed class LostLinkTests
{
    private const int Keys = 40;

    // Less than the first delay of a hedge.
    private static readonly TimeSpan AtOnce = TimeSpan.FromMilliseconds(15);

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void Reads_that_a_member_took_with_it_are_answered_by_the_others(int lost) =>
        Assert.All(AnswersWithout(lost, static _ => Change.Identity), result => Assert.NotNull(result.Change.State));

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void Writes_that_a_member_took_with_it_are_carried_out_by_the_others(int lost) =>
        Assert.All(
            AnswersWithout(lost, static key => Change.Put(Encoding.ASCII.GetBytes($"again {key}"))),
            result => Assert.Equal(ChangeOutcome.Applied, result.Change.Outcome));

    /// <summary>
    /// Begins a change of each key through the first of three members, which holds no promise for any; another dies before it
    /// has answered.
    /// </summary>
    private static OperationResult[] AnswersWithout(int lost, Func<Key, Change> change)
    {
        RandomStreams streams = new(11);
        ClusterShape shape = ClusterShape.Draw(streams.Of("shape")) with
        {
            Members = 3,
            CompareInterval = TimeSpan.FromDays(1),
            Protocol = ProtocolSettings.Sound with { HandsOver = false },
        };
        SimulatedCluster cluster = new(streams, shape);
        using IDisposable scheduler = cluster.Scheduler;
        cluster.Network.Conditions = NetworkConditions.Calm;
        foreach (SimulatedMember member in cluster.Members)
        {
            member.Start();
        }

        Assert.True(cluster.Scheduler.RunUntil(() => cluster.Members.All(member => member.IsServing), TimeSpan.FromSeconds(30)));
        Key[] keys = [.. Enumerable.Range(0, Keys).Select(i => new Key(Encoding.ASCII.GetBytes($"k{i}")))];
        _ = Answers(cluster, through: 3 - lost, keys, static key => Change.Put(Encoding.ASCII.GetBytes($"value of {key}")), TimeSpan.FromSeconds(30));
        cluster.Scheduler.RunFor(TimeSpan.FromSeconds(1));
        return Answers(cluster, through: 0, keys, change, AtOnce, () => cluster.Members[lost].Crash(withPower: false));
    }

    private static OperationResult[] Answers(SimulatedCluster cluster, int through, Key[] keys, Func<Key, Change> change, TimeSpan within, Action? begun = null)
    {
        OperationResult?[] results = new OperationResult?[keys.Length];
        for (int i = 0; i < keys.Length; i++)
        {
            int index = i;
            cluster.Scheduler.World.Run(async () => results[index] = await cluster.Members[through].Member!.Coordinator.ExecuteAsync(
                keys[index], change(keys[index]), Consistency.Quorum, TimeSpan.FromSeconds(5), CancellationToken.None));
        }

        begun?.Invoke();
        Assert.True(
            cluster.Scheduler.RunUntil(() => results.All(result => result is not null), cluster.Scheduler.Now + within),
            $"{results.Count(result => result is null)} of {keys.Length} are not answered after {within.TotalMilliseconds} ms");
        return [.. results.Select(result => result!.Value)];
    }
}
