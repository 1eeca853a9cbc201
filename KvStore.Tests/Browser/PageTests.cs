namespace KvStore.Tests.Browser;

/// <summary>The tests that share pages run alone: they start processes and a browser, and measure patience in real time.</summary>
[CollectionDefinition(nameof(PageTests), DisableParallelization = true)]
public sealed class PageTests : ICollectionFixture<PagesUnderTest>;
