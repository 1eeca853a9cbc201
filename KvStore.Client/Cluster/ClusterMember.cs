using System.Collections.Immutable;

namespace KvStore.Client;

/// <summary>A member of the topology.</summary>
/// <param name="Id">Its durable identity.</param>
/// <param name="Ordinal">Its short number, never given to another member of this cluster.</param>
/// <param name="Name">What people call it.</param>
/// <param name="HttpAddress">Where it serves REST.</param>
/// <param name="GrpcAddress">Where it serves gRPC.</param>
/// <param name="Zone">Which replicas should not share; empty if none was configured.</param>
/// <param name="State"><c>joining</c>, <c>active</c> or <c>leaving</c>.</param>
/// <param name="Tokens">Positions of its virtual nodes on the ring of 2^64.</param>
public sealed record ClusterMember(
    string Id,
    int Ordinal,
    string Name,
    string HttpAddress,
    string GrpcAddress,
    string Zone,
    string State,
    ImmutableArray<ulong> Tokens);
