using KvStore.Node;
using KvStore.Node.Migration;
using KvStore.Node.Registers;
using KvStore.Node.Topology;
using KvStore.Tests.Coordination;
using KvStore.Tests.Peers;

namespace KvStore.Tests.Topology;

public sealed class ChangeHistoryTests
{
    private static readonly TopologyDocument First = Owners.Document(3, 3);

    private readonly ManualTime _time = new();
    private readonly ChangeHistory _history;
    private MigrationReport _migration = new(Epoch.None, 0, 0, null, 0, 0, 0, 0, null, []);

    public ChangeHistoryTests() => _history = new ChangeHistory(() => _migration, _time);

    [Fact]
    public void A_change_is_there_while_it_is_under_way_and_afterwards_with_what_it_took()
    {
        TopologyDocument joint = Succession.Begin(new TopologyChain([First]), [Owners.Member(4)], [Owners.Member(1).Id]);
        _history.InForce(First, joint);
        _migration = _migration with { Epoch = joint.Epoch, Keys = 10, Bytes = 1_000 };
        _time.Advance(TimeSpan.FromSeconds(3));
        ChangeRecord underWay = Assert.Single(_history.All);
        Assert.Equal((joint.Epoch, null, 10, 1_000), (underWay.Epoch, underWay.Took, underWay.Keys, underWay.Bytes));
        Assert.Equal(["node4 joins", "node1 leaves"], [.. underWay.Joined.Select(name => $"{name} joins"), .. underWay.Left.Select(name => $"{name} leaves")]);

        _history.InForce(joint, Succession.Complete(joint));
        _migration = _migration with { Epoch = new Epoch(9), Keys = 99 };
        ChangeRecord ended = Assert.Single(_history.All);
        Assert.Equal((TimeSpan.FromSeconds(3), false, 10), (ended.Took, ended.IsGivenUp, ended.Keys));
    }

    [Fact]
    public void A_change_that_was_given_up_says_so()
    {
        TopologyDocument joint = Succession.Begin(new TopologyChain([First]), [Owners.Member(4)], []);
        _history.InForce(First, joint);
        _history.InForce(joint, Succession.Abandon(joint));
        Assert.True(Assert.Single(_history.All).IsGivenUp);
    }

    [Fact]
    public void The_oldest_go()
    {
        TopologyChain chain = new([First]);
        for (int i = 0; i < ChangeHistory.ChangesMax + 3; i++)
        {
            foreach (Func<TopologyDocument> next in (Func<TopologyDocument>[])[() => Succession.Begin(chain, [Owners.Member(4)], []), () => Succession.Abandon(chain.Last)])
            {
                TopologyDocument before = chain.Last;
                chain.Append(next());
                _history.InForce(before, chain.Last);
            }
        }

        Assert.Equal(ChangeHistory.ChangesMax, _history.All.Count);
        Assert.Equal(8u, _history.All[0].Epoch.Number);
    }
}
