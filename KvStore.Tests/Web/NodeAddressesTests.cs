using KvStore.Web.Cluster;
using Microsoft.Extensions.Configuration;
using Xunit;

namespace KvStore.Tests.Web;

public sealed class NodeAddressesTests
{
    [Fact]
    public void Referenced_services_and_listed_nodes_are_watched_each_once_in_natural_order()
    {
        var nodes = NodeAddresses.From(Configuration(
            ("services:node10:grpc:0", "http://localhost:9010"),
            ("services:node2:grpc:0", "http://localhost:9002"),
            ("services:node2:http:0", "http://localhost:8002"),
            ("services:node10:http:0", "http://localhost:8010"),
            ("KvStore:Nodes:0", "http://localhost:9002/"),
            ("KvStore:Nodes:1", "http://elsewhere:9001")));

        Assert.Equal(
            [
                new NodeAddress("elsewhere:9001", new Uri("http://elsewhere:9001")),
                new NodeAddress("node2", new Uri("http://localhost:9002")),
                new NodeAddress("node10", new Uri("http://localhost:9010")),
            ],
            nodes);
    }

    [Theory]
    [InlineData("KvStore:Nodes:0")]
    [InlineData("services:node1:grpc:0")]
    public void What_is_no_address_is_refused_by_its_key(string key)
    {
        var refusal = Assert.Throws<InvalidOperationException>(() => NodeAddresses.From(Configuration((key, "localhost:9001"))));

        Assert.StartsWith($"{key}: 'localhost:9001'", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void No_more_nodes_are_watched_than_allowed()
    {
        var configuration = Configuration(
            [.. Enumerable.Range(0, NodeAddresses.CountMax + 1).Select(i => ($"KvStore:Nodes:{i}", $"http://node{i}:9001"))]);

        Assert.Throws<InvalidOperationException>(() => NodeAddresses.From(configuration));
    }

    [Theory]
    [InlineData("node2", "node10", -1)]
    [InlineData("node2", "node2", 0)]
    [InlineData("node02", "node2", -1)]
    [InlineData("node2b", "node2a", 1)]
    [InlineData("a", "node1", -1)]
    [InlineData("node", "node1", -1)]
    [InlineData("1a", "1", 1)]
    public void Names_are_ordered_as_people_do(string left, string right, int order)
    {
        Assert.Equal(order, Math.Sign(NaturalOrder.Instance.Compare(left, right)));
        Assert.Equal(-order, Math.Sign(NaturalOrder.Instance.Compare(right, left)));
    }

    private static IConfiguration Configuration(params (string Key, string Value)[] entries) => new ConfigurationBuilder()
        .AddInMemoryCollection(entries.Select(entry => KeyValuePair.Create(entry.Key, (string?)entry.Value)))
        .Build();
}
