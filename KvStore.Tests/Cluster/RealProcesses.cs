using Xunit;

namespace KvStore.Tests.Cluster;

/// <summary>
/// Tests that start processes of their own run alone and one after the other: they measure patience in real time.
/// </summary>
[CollectionDefinition(nameof(RealProcesses), DisableParallelization = true)]
public sealed class RealProcesses;
