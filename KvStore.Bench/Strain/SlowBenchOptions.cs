namespace KvStore.Bench.Strain;

/// <summary>What <c>kvstore-bench slow</c> was asked for.</summary>
/// <param name="Nodes">At least as many as there are replicas.</param>
/// <param name="Delay">Of what is sent to the slow member.</param>
/// <param name="Time">Of one measurement.</param>
/// <param name="Windows">Times that everything is measured.</param>
/// <param name="WarmUp">Load before the first measurement.</param>
/// <param name="Recovery">Load after each slowness, before the next measurement.</param>
/// <param name="Clients">Callers at once.</param>
/// <param name="Keys">Different keys.</param>
/// <param name="ValueBytes">Of every value.</param>
/// <param name="DataDirectory">Where the cluster's data is made.</param>
internal sealed record SlowBenchOptions(
    int Nodes,
    TimeSpan Delay,
    TimeSpan Time,
    int Windows,
    TimeSpan WarmUp,
    TimeSpan Recovery,
    int Clients,
    int Keys,
    int ValueBytes,
    string DataDirectory);
