namespace KvStore.AppHost;

/// <summary>Stands for all nodes together; it runs nothing itself.</summary>
internal sealed class ClusterResource(string name) : Resource(name);
