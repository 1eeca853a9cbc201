using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using KvStore.Tests.StandIns.Aspire;
using Xunit;

namespace KvStore.Tests.Integration;

/// <summary>What AddKvStore and what follows it put into the model, and what they refuse. Nothing is started.</summary>
public sealed class AddKvStoreTests
{
    [Fact]
    public void A_cluster_is_a_resource_with_its_nodes_below_it()
    {
        using var builder = TestApplication.CreateBuilder();
        var kv = builder.AddKvStore("kv", nodes: 5).WithRingView();

        Assert.Equal(
            ["kv", "kv-node1 of kv", "kv-node2 of kv", "kv-node3 of kv", "kv-node4 of kv", "kv-node5 of kv", "kv-web of kv"],
            builder.Resources.Select(Described)
        );
        Assert.Equal(3, kv.Resource.Replication);
        Assert.Equal(
            ["http http http unproxied", "grpc http http2 unproxied"],
            kv.Resource.Nodes[4]
                .Annotations.OfType<EndpointAnnotation>()
                .Select(endpoint => $"{endpoint.Name} {endpoint.UriScheme} {endpoint.Transport} {(endpoint.IsProxied ? "proxied" : "unproxied")}")
        );

        static string Described(IResource resource)
        {
            var parent = resource.Annotations.OfType<ResourceRelationshipAnnotation>().SingleOrDefault(relationship => relationship.Type == "Parent");
            return parent is null ? resource.Name : $"{resource.Name} of {parent.Resource.Name}";
        }
    }

    /// <summary>Whatever is said first, and none of it of other resources.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Spare_nodes_go_on_where_the_others_end_and_are_started_by_hand(bool isFirst)
    {
        using var builder = TestApplication.CreateBuilder();
        var kv = builder.AddKvStore("kv", nodes: 2);
        kv = isFirst ? kv.WithSpareNodes(2) : kv;
        kv.WithHostPorts(http: 21001, grpc: 22001).WithNodes(node => node.WithAnnotation(new SaidOf(node.Resource.Name))).WithRingView();
        kv = isFirst ? kv : kv.WithSpareNodes(2);

        Assert.Equal(
            ["kv-node1 21001 22001 by itself", "kv-node2 21002 22002 by itself", "kv-node3 21003 22003 by hand", "kv-node4 21004 22004 by hand"],
            kv.Resource.Nodes.Concat(kv.Resource.SpareNodes).Select(Described)
        );
        Assert.Equal("{kv-node1.bindings.grpc.url},{kv-node2.bindings.grpc.url}", kv.Resource.ConnectionStringExpression.ValueExpression);

        static string Described(ProjectResource node)
        {
            Assert.Equal(node.Name, Assert.Single(node.Annotations.OfType<SaidOf>()).Name);
            var ports = string.Join(' ', node.Annotations.OfType<EndpointAnnotation>().Select(endpoint => endpoint.Port));
            return $"{node.Name} {ports} {(node.Annotations.OfType<ExplicitStartupAnnotation>().Any() ? "by hand" : "by itself")}";
        }
    }

    [Theory]
    [InlineData(9)]
    [InlineData(-1)]
    public void There_are_at_most_8_spare_nodes(int count) =>
        Refuses<ArgumentOutOfRangeException>(
            string.Create(
                CultureInfo.InvariantCulture,
                $"The number of spare nodes of cluster 'kv' must be from 0 to 8, not {count}. (Parameter 'count')"
            ),
            builder => builder.AddKvStore("kv").WithSpareNodes(count)
        );

    [Fact]
    public void Spare_nodes_that_are_added_to_others_count_with_them() =>
        Refuses<ArgumentOutOfRangeException>(
            "The number of spare nodes of cluster 'kv' must be from 0 to 3, not 4. It has 5 already. (Parameter 'count')",
            builder => builder.AddKvStore("kv").WithSpareNodes(5).WithSpareNodes(4)
        );

    [Fact]
    public void Ports_fit_spare_nodes_too() =>
        Refuses<ArgumentOutOfRangeException>(
            "The http port of the first node of cluster 'kv' must be from 1 to 65532, not 65533. (Parameter 'http')",
            builder => builder.AddKvStore("kv", nodes: 3).WithHostPorts(http: 65533, grpc: null).WithSpareNodes(1)
        );

    [Fact]
    public void A_spare_node_cannot_be_named_like_another_resource() =>
        Refuses<DistributedApplicationException>(
            "A node of cluster 'one' cannot be named 'node3': there is a resource of that name. Give AddKvStore another nodePrefix.",
            builder =>
            {
                var one = builder.AddKvStore("one", nodes: 2, nodePrefix: "node");
                builder.AddKvStore("two", nodes: 1).WithRingView(name: "node3");
                one.WithSpareNodes(1);
            }
        );

    [Fact]
    public void The_connection_string_and_its_properties_list_the_addresses_of_all_nodes()
    {
        using var builder = TestApplication.CreateBuilder();
        IResourceWithConnectionString kv = builder.AddKvStore("kv", nodes: 2).Resource;

        Assert.Equal(
            (
                "{kv.connectionString}",
                "{kv-node1.bindings.grpc.url},{kv-node2.bindings.grpc.url}",
                "Endpoints={kv-node1.bindings.grpc.url},{kv-node2.bindings.grpc.url} HttpEndpoints={kv-node1.bindings.http.url},{kv-node2.bindings.http.url}"
            ),
            (
                kv.ValueExpression,
                kv.ConnectionStringExpression.ValueExpression,
                string.Join(' ', kv.GetConnectionProperties().Select(property => $"{property.Key}={property.Value.ValueExpression}"))
            )
        );
    }

    [Theory]
    [InlineData(0)]
    [InlineData(33)]
    [InlineData(-1)]
    public void A_cluster_has_1_to_32_nodes(int nodes) =>
        Refuses<ArgumentOutOfRangeException>(
            string.Create(CultureInfo.InvariantCulture, $"The number of nodes of cluster 'kv' must be from 1 to 32, not {nodes}. (Parameter 'nodes')"),
            builder => builder.AddKvStore("kv", nodes)
        );

    [Theory]
    [InlineData(4)]
    [InlineData(0)]
    public void Replication_is_at_most_the_number_of_nodes(int replication) =>
        Refuses<ArgumentOutOfRangeException>(
            string.Create(
                CultureInfo.InvariantCulture,
                $"The replication of cluster 'kv' must be from 1 to 3, not {replication}. It has 3 nodes. (Parameter 'replication')"
            ),
            builder => builder.AddKvStore("kv", nodes: 3).WithReplication(replication)
        );

    [Fact]
    public void Two_clusters_cannot_share_a_name() =>
        Refuses<DistributedApplicationException>(
            "A cluster cannot be named 'kv': there is a resource of that name.",
            builder =>
            {
                builder.AddKvStore("kv");
                builder.AddKvStore("KV".ToLowerInvariant());
            }
        );

    [Fact]
    public void Two_clusters_cannot_share_a_nodes_name() =>
        Refuses<DistributedApplicationException>(
            "A node of cluster 'two' cannot be named 'node1': there is a resource of that name. Give AddKvStore another nodePrefix.",
            builder =>
            {
                builder.AddKvStore("one", nodePrefix: "node");
                builder.AddKvStore("two", nodePrefix: "node");
            }
        );

    [Theory]
    [InlineData(-1, null, "http", -1)]
    [InlineData(0, null, "http", 0)]
    [InlineData(9000, 65534, "grpc", 65534)]
    public void Ports_fit_all_nodes(int? http, int? grpc, string endpoint, int refused) =>
        Refuses<ArgumentOutOfRangeException>(
            string.Create(
                CultureInfo.InvariantCulture,
                $"The {endpoint} port of the first node of cluster 'kv' must be from 1 to 65533, not {refused}. (Parameter '{endpoint}')"
            ),
            builder => builder.AddKvStore("kv", nodes: 3).WithHostPorts(http, grpc)
        );

    [Theory]
    [InlineData("")]
    [InlineData("..")]
    [InlineData("a/b")]
    public void A_data_volume_has_the_name_of_a_directory(string name) =>
        Refuses<ArgumentException>(
            $"The data volume '{name}' must be the name of a directory, without a path. (Parameter 'name')",
            builder => builder.AddKvStore("kv").WithDataVolume(name)
        );

    [Fact]
    public async Task A_port_that_is_asked_for_twice_is_refused_before_anything_starts()
    {
        var refused = await Assert.ThrowsAsync<DistributedApplicationException>(() =>
            TestApplication.StartAsync(builder => builder.AddKvStore("kv", nodes: 3).WithHostPorts(http: 21001, grpc: 21003))
        );
        Assert.Equal("Port 21003 is wanted by more than one endpoint: 'grpc' of 'kv-node1', 'http' of 'kv-node3'.", refused.Message);
    }

    [Fact]
    public async Task A_port_in_use_is_refused_before_anything_starts()
    {
        using TcpListener other = new(IPAddress.Loopback, 0);
        other.Start();
        var port = ((IPEndPoint)other.LocalEndpoint).Port;
        var refused = await Assert.ThrowsAsync<DistributedApplicationException>(() =>
            TestApplication.StartAsync(builder => builder.AddKvStore("kv", nodes: 1).WithHostPorts(http: port, grpc: null))
        );
        Assert.StartsWith($"Port {port} of endpoint 'http' of resource 'kv-node1' is in use by ", refused.Message, StringComparison.Ordinal);
    }

    private sealed record SaidOf(string Name) : IResourceAnnotation;

    private static void Refuses<T>(string message, Action<IDistributedApplicationBuilder> describe)
        where T : Exception
    {
        using var builder = TestApplication.CreateBuilder();
        Assert.Equal(message, Assert.Throws<T>(() => describe(builder)).Message);
    }
}
