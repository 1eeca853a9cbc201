using System.Buffers.Binary;
using KvStore.Node;
using KvStore.Node.Ring;
using KvStore.Node.Storage;
using KvStore.Node.Topology;
using KvStore.Tests.Coordination;

namespace KvStore.Tests.Topology;

/// <summary>With which epoch a member starts, by what its directory holds.</summary>
public sealed class EpochInForceTests
{
    private static readonly TopologyDocument First = Owners.Document(3, 3);
    private static readonly TopologyDocument Second = Succession.Begin(new TopologyChain([First]), [Owners.Member(4)], []);
    private static readonly Fact[] Decided = [FactOf(First), FactOf(Second)];

    [Fact]
    public void An_epoch_that_was_decided_and_not_moved_to_is_not_in_force() => Assert.Equal(1u, Of(First.Members[0].Id, Decided));

    [Fact]
    public void The_epoch_that_was_moved_to_is_in_force()
    {
        byte[] second = new byte[sizeof(uint)];
        BinaryPrimitives.WriteUInt32LittleEndian(second, 2);
        Assert.Equal(2u, Of(First.Members[0].Id, [.. Decided, new Fact(FactKind.Epoch, 0, second)]));
    }

    [Fact]
    public void Whoever_joined_and_had_not_moved_begins_with_the_first_epoch_it_is_a_member_in() =>
        Assert.Equal(2u, Of(Second.Members[3].Id, Decided));

    [Fact]
    public void A_new_directory_begins_with_what_it_was_given() => Assert.Equal(2u, Of(Second.Members[3].Id, []));

    private static uint Of(MemberId member, Fact[] facts) =>
        MemberEpochs.InForce(new StoreContents(First.Cluster, member, 1, 1, false, 10, facts), Second).Epoch.Number;

    private static Fact FactOf(TopologyDocument document) => new(FactKind.Topology, document.Epoch.Number, TopologyCodec.Encode(document));
}
