using System.Collections.Immutable;
using Microsoft.Extensions.Configuration;

namespace KvStore.Web.Cluster;

/// <summary>
/// Which nodes to watch, from configuration: every service with an endpoint named "grpc" (an AppHost's WithReference sets
/// services__node1__grpc__0), and the list KvStore:Nodes for pages started without one.
/// </summary>
internal static class NodeAddresses
{
    public const int CountMax = 128;

    private const string Endpoint = "grpc";
    private const string ListKey = "KvStore:Nodes";

    /// <exception cref="InvalidOperationException">An address is not one, or there are too many; the message names the key.</exception>
    public static ImmutableArray<NodeAddress> From(IConfiguration configuration)
    {
        List<NodeAddress> found = [];
        foreach (IConfigurationSection service in configuration.GetSection("services").GetChildren())
        {
            found.AddRange(service.GetSection(Endpoint).GetChildren()
                .Select(entry => new NodeAddress(service.Key, Parse(entry.Value, entry.Path))));
        }

        foreach (IConfigurationSection entry in configuration.GetSection(ListKey).GetChildren())
        {
            Uri address = Parse(entry.Value, entry.Path);
            found.Add(new NodeAddress(address.Authority, address));
        }

        ImmutableArray<NodeAddress> distinct =
        [
            .. found.DistinctBy(node => node.Address).OrderBy(node => node.Name, NaturalOrder.Instance),
        ];
        return distinct.Length <= CountMax
            ? distinct
            : throw new InvalidOperationException($"{ListKey} and services name {distinct.Length} nodes; at most {CountMax} are watched.");
    }

    private static Uri Parse(string? text, string key) =>
        Uri.TryCreate(text, UriKind.Absolute, out Uri? address)
            && (address.Scheme == Uri.UriSchemeHttp || address.Scheme == Uri.UriSchemeHttps)
            ? new Uri(address.GetLeftPart(UriPartial.Authority))
            : throw new InvalidOperationException($"{key}: '{text}' is no http or https address such as http://localhost:9001.");
}
