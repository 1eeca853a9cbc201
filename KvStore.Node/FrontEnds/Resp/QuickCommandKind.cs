namespace KvStore.Node.FrontEnds.Resp;

internal enum QuickCommandKind : byte
{
    /// <summary>None of these commands, or something is wrong with it.</summary>
    Other,

    /// <summary>The beginning of one, as far as it can be told.</summary>
    Partial,

    Get,

    Set,
}
