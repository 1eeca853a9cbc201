namespace KvStore.Tests.Browser;

/// <summary>The tests of a dashboard within the test's process share a browser, and run alone as all that start one do.</summary>
[CollectionDefinition(nameof(LoneDashboardTests), DisableParallelization = true)]
public sealed class LoneDashboardTests : ICollectionFixture<RunningChromium>;
