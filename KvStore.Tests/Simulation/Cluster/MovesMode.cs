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

    /// <summary>In every one, one change right after the other until some dozens were made; a few clients, a few members.</summary>
    BackToBack,
}
