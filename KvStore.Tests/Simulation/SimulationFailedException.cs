namespace KvStore.Tests.Simulation;

/// <summary>A run that broke a rule of the simulation, or whose program threw where nobody looks.</summary>
internal sealed class SimulationFailedException(string message, Exception? inner = null) : Exception(message, inner);
