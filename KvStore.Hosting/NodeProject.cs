namespace KvStore.Hosting;

/// <summary>A member of a cluster.</summary>
internal sealed class NodeProject() : ProgramProject("KvStore.Node");
