namespace KvStore.Tests.Simulation;

/// <summary>One piece of work that the scheduler can draw; numbered in the order in which it was asked for.</summary>
internal readonly record struct SimulatedWork(SimulatedProcess Process, WorkKind Kind, long Number, Action<object?> Run, object? State);
