using Xunit;

namespace KvStore.Tests.StandIns.Aspire;

/// <summary>Tests that start real processes run one after the other, beside nothing else.</summary>
[CollectionDefinition(nameof(RealApplications), DisableParallelization = true)]
public sealed class RealApplications;
