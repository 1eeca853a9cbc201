namespace KvStore.Bench;

/// <summary>What <c>kvstore-bench grpc</c> was asked for.</summary>
/// <param name="Endpoints">Empty to start a cluster.</param>
/// <param name="Nodes">Of a cluster started.</param>
/// <param name="Time">Of one measurement.</param>
/// <param name="Windows">Times that everything is measured.</param>
/// <param name="WarmUp">Load before the first measurement.</param>
/// <param name="Clients">Callers at once.</param>
/// <param name="Keys">Different keys.</param>
/// <param name="ValueBytes">Of every value.</param>
/// <param name="DataDirectory">On the file system of the cluster's data.</param>
internal sealed record GrpcBenchOptions(
    IReadOnlyList<Uri> Endpoints,
    int Nodes,
    TimeSpan Time,
    int Windows,
    TimeSpan WarmUp,
    IReadOnlyList<int> Clients,
    int Keys,
    int ValueBytes,
    string DataDirectory);
