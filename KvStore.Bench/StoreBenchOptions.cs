namespace KvStore.Bench;

/// <param name="DataDirectory">Where directories of the measured stores are made, and deleted again.</param>
/// <param name="Time">Of one measurement.</param>
/// <param name="Windows">Times that what is paired with an anchor is measured.</param>
/// <param name="WarmUp">Of each part's load before its first window.</param>
/// <param name="ValueBytes">Of a small value.</param>
/// <param name="Keys">Of the records that are read in memory.</param>
/// <param name="Records">Of the parts that fill a store: recovery and data larger than memory.</param>
internal sealed record StoreBenchOptions(string DataDirectory, TimeSpan Time, int Windows, TimeSpan WarmUp, int ValueBytes, int Keys, int Records);
