namespace KvStore.Tests.Simulation.Cluster;

/// <summary>In which seeds members change.</summary>
internal enum MovesMode
{
    /// <summary>In one of three.</summary>
    Drawn,

    /// <summary>In every one.</summary>
    Always,

    /// <summary>In every one, again and again, with many machines that may join.</summary>
    Many,
}
