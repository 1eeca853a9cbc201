using System.Text;
using KvStore.Node;
using KvStore.Node.Coordination;
using KvStore.Node.Registers;
using KvStore.Node.Ring;

namespace KvStore.Tests.Simulation.Cluster;

/// <summary>The ways by which a replica that missed writes gets them, one at a time.</summary>
public sealed class ConvergenceTests
{
    private const int Keys = 40;

    private static readonly TimeSpan Never = TimeSpan.FromDays(1);

    [Fact]
    public void A_replica_that_was_away_gets_what_it_missed_as_hints()
    {
        using Bed bed = new(compareInterval: Never);
        bed.Members[2].Crash(withPower: false);
        bed.PutAll(bed.Members[0]);
        bed.Cluster.Scheduler.RunFor(TimeSpan.FromSeconds(3)); // hints are made, and kept on disk
        bed.Members[0].Crash(withPower: true);
        bed.Members[0].Start();
        bed.Members[2].Start();
        bed.Cluster.Scheduler.RunFor(TimeSpan.FromSeconds(10));

        Assert.Null(bed.Difference());
        UpkeepReport upkeep = bed.Members[0].Member!.Report().Upkeep;
        Assert.Equal(Keys, upkeep.HintsDelivered);
        Assert.Empty(upkeep.Hints);
    }

    [Fact]
    public void What_no_hint_was_kept_of_is_found_by_comparing()
    {
        using Bed bed = new(compareInterval: TimeSpan.FromMilliseconds(500));
        bed.Members[2].Crash(withPower: false);
        bed.PutAll(bed.Members[0]);
        bed.Members[0].Crash(withPower: true); // before any hint is made
        bed.Members[0].Start();
        bed.Members[2].Start();
        bed.Cluster.Scheduler.RunFor(TimeSpan.FromSeconds(20));

        Assert.Null(bed.Difference());
        Assert.Equal(0, bed.Members.Sum(member => member.Member!.Report().Upkeep.HintsDelivered));
        Assert.InRange(bed.Members.Sum(member => member.Member!.Report().Upkeep.KeysRepaired), Keys, 3 * Keys);
        UpkeepReport upkeep = bed.Members[0].Member!.Report().Upkeep;
        Assert.All(upkeep.Agreement.Ranges, range => Assert.NotNull(range.Age));
        Assert.Equal([0, 0], upkeep.Agreement.Peers.Select(peer => peer.SlotsDiffering));
    }

    [Fact]
    public void Deleted_keys_are_forgotten_by_all_and_only_when_all_know_of_it()
    {
        using Bed bed = new(compareInterval: TimeSpan.FromMilliseconds(500));
        bed.PutAll(bed.Members[0]);
        bed.Members[2].Crash(withPower: false);
        bed.All(bed.Members[0], _ => Change.Delete());
        bed.Cluster.Scheduler.RunFor(TimeSpan.FromSeconds(10));
        Assert.Equal(0, bed.Members[0].Member!.Report().Upkeep.TombstonesPurged);
        Assert.Equal(Keys, bed.Members[0].Member!.Report().Store.Tombstones);

        bed.Members[2].Start();
        bed.Cluster.Scheduler.RunFor(TimeSpan.FromSeconds(30));
        Assert.Equal([(0, 0), (0, 0), (0, 0)], bed.Members.Select(member => member.Member!.Report().Store).Select(store => ((int)store.Keys, (int)store.Tombstones)));
    }

    /// <summary>Three members that each hold everything, on a network without faults.</summary>
    private sealed class Bed : IDisposable
    {
        private readonly Key[] _keys = [.. Enumerable.Range(0, Keys).Select(i => new Key(Encoding.ASCII.GetBytes($"k{i}")))];

        public Bed(TimeSpan compareInterval)
        {
            RandomStreams streams = new(7);
            ClusterShape shape = ClusterShape.Draw(streams.Of("shape")) with
            {
                Members = 3,
                CompareInterval = compareInterval,
                Protocol = ProtocolSettings.Sound with { HandsOver = false }, // else what is done through one member is done by others
            };
            Cluster = new SimulatedCluster(streams, shape);
            Cluster.Network.Conditions = NetworkConditions.Calm;
            foreach (SimulatedMember member in Members)
            {
                member.Start();
            }

            Assert.True(Cluster.Scheduler.RunUntil(() => Members.All(member => member.IsServing), TimeSpan.FromSeconds(30)));
        }

        public SimulatedCluster Cluster { get; }

        public IReadOnlyList<SimulatedMember> Members => Cluster.Members;

        public void PutAll(SimulatedMember through) => All(through, key => Change.Put(Encoding.ASCII.GetBytes($"value of {key}")));

        /// <summary>Does something to every key, and waits for the answers.</summary>
        public OperationResult[] All(SimulatedMember through, Func<Key, Change> change)
        {
            OperationResult?[] results = new OperationResult?[_keys.Length];
            for (int i = 0; i < _keys.Length; i++)
            {
                int index = i;
                Cluster.Scheduler.World.Run(async () => results[index] = await through.Member!.Coordinator.ExecuteAsync(
                    _keys[index], change(_keys[index]), Consistency.Quorum, TimeSpan.FromSeconds(5), CancellationToken.None));
            }

            Assert.True(Cluster.Scheduler.RunUntil(() => results.All(result => result is not null), Cluster.Scheduler.Now + TimeSpan.FromSeconds(30)));
            Assert.All(results, result => Assert.Equal(OperationOutcome.Committed, result!.Value.Outcome));
            return [.. results.Select(result => result!.Value)];
        }

        public string? Difference() => new ClusterConvergence(Cluster, _keys, Members).Difference();

        public void Dispose() => Cluster.Scheduler.Dispose();
    }
}
