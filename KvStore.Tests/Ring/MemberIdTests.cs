using KvStore.Node.Ring;
using Xunit;

namespace KvStore.Tests.Ring;

public sealed class MemberIdTests
{
    [Fact]
    public void A_name_gives_the_uuid_of_version_5()
    {
        // The namespace for DNS names, and a value that several implementations agree on.
        var dns = new Guid("6ba7b810-9dad-11d1-80b4-00c04fd430c8");
        Assert.Equal("2ed6657d-e927-568b-95e1-2665a8aea6a2", MemberId.FromName(dns, "www.example.com").ToString());
    }

    [Fact]
    public void Cluster_and_member_identities_are_the_same_for_ever()
    {
        var cluster = ClusterId.FromName("kvstore");
        Assert.Equal(
            ("c2bf370f-1f02-51a1-be8b-98251fb9c0e1", "bd3aef7e-880d-5cc8-857d-3b889f7f8c44"),
            (cluster.ToString(), MemberId.FromName(cluster, "node-1").ToString()));
    }

    [Fact]
    public void Names_and_clusters_keep_members_apart()
    {
        var clusters = Enumerable.Range(0, 10).Select(i => ClusterId.FromName($"cluster-{i}")).ToList();
        var members = clusters.SelectMany(cluster => Enumerable.Range(0, 10).Select(i => MemberId.FromName(cluster, $"node-{i}"))).ToList();
        Assert.Equal(110, clusters.Select(cluster => cluster.Value).Concat(members.Select(member => member.Value)).Distinct().Count());
    }

    [Fact]
    public void Members_sort_as_their_texts_do()
    {
        var random = new Random(7);
        var ids = Enumerable.Range(0, 1000).Select(_ => Drawn(random)).ToList();

        // Identities that differ in one byte only, at every place, also where Guid keeps integers.
        foreach (var place in Enumerable.Range(0, MemberId.Size))
        {
            var bytes = new byte[MemberId.Size];
            bytes[place] = 0x80;
            ids.Add(new MemberId(new Guid(bytes, bigEndian: true)));
            bytes[place] = 0x7F;
            ids.Add(new MemberId(new Guid(bytes, bigEndian: true)));
        }

        Assert.Equal(ids.Select(id => id.ToString()).Order(StringComparer.Ordinal), ids.Order().Select(id => id.ToString()));
    }

    [Fact]
    public void Bytes_are_in_the_order_of_the_text()
    {
        var id = new MemberId(new Guid("00112233-4455-6677-8899-aabbccddeeff"));
        var bytes = new byte[MemberId.Size];
        id.WriteTo(bytes);
        Assert.Equal("00112233445566778899AABBCCDDEEFF", Convert.ToHexString(bytes));
        Assert.Throws<ArgumentException>(() => id.WriteTo(new byte[15]));
    }

    private static MemberId Drawn(Random random)
    {
        var bytes = new byte[MemberId.Size];
        random.NextBytes(bytes);
        return new MemberId(new Guid(bytes));
    }
}
