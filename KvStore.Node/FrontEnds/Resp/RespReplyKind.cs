namespace KvStore.Node.FrontEnds.Resp;

/// <summary>What an answer is, before either version of the protocol writes it.</summary>
internal enum RespReplyKind : byte
{
    /// <summary>Nothing is written.</summary>
    None,

    Simple,
    Error,
    Integer,
    Bulk,
    Null,

    /// <summary>A null where an array is expected: RESP2 writes it differently from <see cref="Null"/>.</summary>
    NullArray,

    Array,

    /// <summary>Keys and values by turns; RESP2 writes an array of them.</summary>
    Map,

    /// <summary>RESP2 writes an array.</summary>
    Set,

    /// <summary>Out of band; RESP2 writes an array.</summary>
    Push,

    /// <summary>Text for people; RESP2 writes a bulk.</summary>
    Verbatim,

    /// <summary>Written already, in the version of the protocol of whoever asked.</summary>
    Written,

    /// <summary>More than one answer to one command, one behind the other.</summary>
    Several,
}
