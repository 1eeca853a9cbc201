namespace KvStore.Hosting;

/// <summary>The web page.</summary>
internal sealed class RingViewProject() : ProgramProject("KvStore.Web");
