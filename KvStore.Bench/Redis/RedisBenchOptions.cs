namespace KvStore.Bench.Redis;

/// <summary>What <c>kvstore-bench redis</c> measures.</summary>
/// <param name="Server">redis-server.</param>
/// <param name="Benchmark">redis-benchmark.</param>
/// <param name="Time">Of one measurement, about.</param>
/// <param name="Windows">Times that everything is measured.</param>
/// <param name="WarmUp">Of each load on each server, before the first measurement.</param>
/// <param name="Parts">Which of <see cref="RedisBench.PartNames"/>.</param>
internal sealed record RedisBenchOptions(
    string Server,
    string Benchmark,
    TimeSpan Time,
    int Windows,
    TimeSpan WarmUp,
    int Connections,
    int Keys,
    int ValueBytes,
    string DataDirectory,
    IReadOnlyList<string> Parts);
