namespace Aspire.Hosting.ApplicationModel;

/// <summary>
/// A KvStore cluster. It runs nothing itself: its nodes are resources of their own below it, and it is running while one of them
/// is, healthy while every slot has a serving majority. Its connection string lists the gRPC addresses of all nodes but spare ones,
/// because any node answers for any key.
/// </summary>
/// <param name="name">Name of the resource and of the cluster.</param>
public class KvStoreResource(string name) : Resource(name), IResourceWithConnectionString, IResourceWithWaitSupport
{
    /// <summary>Nodes that a cluster can have here; as many as one machine can be asked to run.</summary>
    public const int NodesMax = 32;

    /// <summary>Spare nodes that a cluster can have beside them.</summary>
    public const int SpareNodesMax = 8;

    internal const string HttpEndpointName = "http";
    internal const string GrpcEndpointName = "grpc";
    private const char Separator = ',';

    private readonly List<ProjectResource> _nodes = [];
    private readonly List<ProjectResource> _spareNodes = [];

    /// <summary>The nodes that form the cluster, in the order of their numbers. Their names are the names of the members.</summary>
    public IReadOnlyList<ProjectResource> Nodes => _nodes;

    /// <summary>The nodes that join when somebody starts them, in the order of their numbers, which go on after <see cref="Nodes"/>.</summary>
    public IReadOnlyList<ProjectResource> SpareNodes => _spareNodes;

    /// <summary>Owners of each key: 1 to the number of nodes.</summary>
    public int Replication { get; internal set; }

    /// <summary>The gRPC addresses of <see cref="Nodes"/>, with commas between: <c>http://localhost:9001,http://localhost:9002</c>.</summary>
    public ReferenceExpression ConnectionStringExpression => Addresses(GrpcEndpointName);

    /// <summary>Full path of the directory that holds one for each node; null for one that is thrown away at the end.</summary>
    internal string? DataDirectory { get; set; }

    /// <summary>What the names of nodes begin with.</summary>
    internal string NodePrefix { get; init; } = $"{name}-node";

    /// <summary><see cref="Nodes"/>, then <see cref="SpareNodes"/>.</summary>
    internal IReadOnlyList<ProjectResource> AllNodes => [.. _nodes, .. _spareNodes];

    /// <summary>Fixed ports of the first node, by the name of the endpoint.</summary>
    internal Dictionary<string, int?> FirstPorts { get; } = [];

    /// <summary>What has been said of every node, for those that are still to come.</summary>
    internal List<Action<IResourceBuilder<ProjectResource>>> SaidOfNodes { get; } = [];

    IEnumerable<KeyValuePair<string, ReferenceExpression>> IResourceWithConnectionString.GetConnectionProperties() =>
        [new("Endpoints", Addresses(GrpcEndpointName)), new("HttpEndpoints", Addresses(HttpEndpointName))];

    internal void Add(ProjectResource node) => _nodes.Add(node);

    internal void AddSpare(ProjectResource node) => _spareNodes.Add(node);

    private ReferenceExpression Addresses(string endpointName)
    {
        var addresses = new ReferenceExpressionBuilder();
        foreach (var node in _nodes)
        {
            if (!addresses.IsEmpty)
            {
                addresses.AppendLiteral(Separator.ToString());
            }
            addresses.AppendFormatted(node.GetEndpoint(endpointName));
        }
        return addresses.Build();
    }
}
