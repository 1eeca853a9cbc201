using KvStore.Bench.Loads;

namespace KvStore.Bench.Strain;

/// <summary>What <c>kvstore-bench overload</c> was asked for.</summary>
/// <param name="Nodes">Of the cluster.</param>
/// <param name="Kind">Puts or gets.</param>
/// <param name="Times">How much is offered, of capacity.</param>
/// <param name="Deadline">Of each call that is offered.</param>
/// <param name="Time">Of capacity, with each number of callers, and of the overload.</param>
/// <param name="After">How long it is watched afterwards.</param>
/// <param name="Windows">Times that everything is measured.</param>
/// <param name="WarmUp">Load before the first measurement.</param>
/// <param name="Keys">Different keys.</param>
/// <param name="ValueBytes">Of every value.</param>
/// <param name="DataDirectory">Where the cluster's data is made.</param>
internal sealed record OverloadBenchOptions(
    int Nodes,
    LoadKind Kind,
    int Times,
    TimeSpan Deadline,
    TimeSpan Time,
    TimeSpan After,
    int Windows,
    TimeSpan WarmUp,
    int Keys,
    int ValueBytes,
    string DataDirectory);
