namespace KvStore.Node.Ring;

/// <summary>The identity of a cluster. Two clusters never talk: every peer message carries it.</summary>
internal readonly record struct ClusterId(Guid Value)
{
    // Ours, drawn once at random. Never changes: cluster identities on disks are derived from it.
    private static readonly Guid Space = new("6f0c0d5e-7c1b-4d53-9b1e-2a7d3f4c8e61");

    /// <summary>The identity of the cluster with this name: the same on every machine.</summary>
    public static ClusterId FromName(string name) => new(NameBasedGuid.Of(Space, name));

    public override string ToString() => Value.ToString("D");
}
