using KvStore.Node;
using KvStore.Node.Configuration;
using KvStore.Node.Hosting;
using KvStore.Node.Registers;
using KvStore.Node.Ring;
using KvStore.Node.Topology;
using KvStore.Tests.Coordination;

namespace KvStore.Tests.Hosting;

public sealed class AbsenceTests
{
    private static readonly TopologyDocument Last = Owners.Document(3, 3);

    private static readonly Acquaintance Self = new(Guid.NewGuid(), "kvstore", Owners.Member(3), Last.Cluster, Last.Epoch);

    private static readonly Acquaintance Member = new(Guid.NewGuid(), "kvstore", Owners.Member(1), Last.Cluster, new Epoch(4)) { Removed = true };

    private readonly List<string> _asked = [];

    [Fact]
    public async Task A_member_of_a_later_epoch_says_that_this_one_is_none_any_more()
    {
        Assert.True(await IsOverAsync(Last, Member));
        Assert.Equal(["http://127.0.0.1:9001", "http://127.0.0.1:9002"], _asked.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Who_is_not_later_or_of_another_cluster_or_says_nothing_of_it_is_not_believed()
    {
        Assert.False(await IsOverAsync(Last, Member with { Epoch = Last.Epoch }));
        Assert.False(await IsOverAsync(Last, Member with { Cluster = ClusterId.FromName("other") }));
        Assert.False(await IsOverAsync(Last, Member with { Removed = false }));
        Assert.False(await IsOverAsync(Last, null));
    }

    [Fact]
    public async Task Who_has_left_asks_nobody()
    {
        TopologyDocument without = Last with { Members = [.. Last.Members.Where(member => member.Id != Self.Self.Id)], Current = [.. Last.Current.Where(id => id != Self.Self.Id)] };
        Assert.False(await IsOverAsync(without, Member));
        Assert.Empty(_asked);
    }

    [Fact]
    public async Task Who_is_not_answered_in_time_goes_on_as_it_is()
    {
        Assert.False(await Absence.IsOverForGoodAsync(Options, Self, Last, static async (_, _, limit) =>
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, limit);
            return (null, "");
        }, TimeProvider.System, CancellationToken.None));
    }

    private static NodeOptions Options => new() { Name = "node3", Seeds = [new SeedOptions(SeedKind.Address, "127.0.0.1", 9001, 9001)] };

    private Task<bool> IsOverAsync(TopologyDocument last, Acquaintance? answer) => Absence.IsOverForGoodAsync(Options, Self, last, (address, _, _) =>
    {
        _asked.Add(address);
        return Task.FromResult((answer, answer is null ? "nothing listens there" : ""));
    }, TimeProvider.System, CancellationToken.None);
}
