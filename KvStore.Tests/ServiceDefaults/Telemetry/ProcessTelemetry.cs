using Xunit;

namespace KvStore.Tests.ServiceDefaults.Telemetry;

/// <summary>Tests of what is recorded run alone: who listens to spans hears those of the whole process, and so of every other test.</summary>
[CollectionDefinition(nameof(ProcessTelemetry), DisableParallelization = true)]
public sealed class ProcessTelemetry;
