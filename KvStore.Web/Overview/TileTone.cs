namespace KvStore.Web.Overview;

/// <summary>What a figure means. The same three colours mean the same everywhere.</summary>
internal enum TileTone
{
    /// <summary>A figure that is neither well nor ill.</summary>
    Plain,

    /// <summary>As it should be.</summary>
    Good,

    /// <summary>Something is under way or missing; nobody loses anything by it.</summary>
    Warn,

    /// <summary>Somebody's operations suffer, or will.</summary>
    Bad,
}
