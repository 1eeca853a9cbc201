namespace KvStore.Web.Cluster;

/// <summary>Where a node serves gRPC, and what it is called until it says so itself.</summary>
internal sealed record NodeAddress(string Name, Uri Address)
{
    public bool Equals(NodeAddress? other) => other is not null && Name == other.Name && Address == other.Address;

    public override int GetHashCode() => HashCode.Combine(Name, Address);
}
