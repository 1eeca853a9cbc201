namespace KvStore.Node.FrontEnds.Resp;

/// <summary>How much a client of the Redis protocol may ask for, and what one that asks for more gets.</summary>
/// <param name="BulkBytesMax">Bytes of one argument, at most; beyond it the connection is closed.</param>
/// <param name="CommandBytesMax">Bytes of one command with what its arguments take beside themselves, at most; beyond it the connection is closed.</param>
internal sealed record RespLimits(int BulkBytesMax, long CommandBytesMax)
{
    /// <summary>Bytes of a command written as one line, at most; beyond it the connection is closed.</summary>
    public const int InlineBytesMax = 64 * 1024;

    /// <summary>Arguments of one command, its name included, at most; beyond it the connection is closed.</summary>
    public const int ArgumentsMax = 65_536;

    /// <summary>What an argument takes beside its bytes.</summary>
    public const int ArgumentOverhead = 40;

    /// <summary>Commands of one connection that are not answered yet, at most; beyond it no more are read from it.</summary>
    public const int CallsMax = 1_024;

    /// <summary>Bytes of one connection's commands and answers not yet written, at most; beyond it no more are read from it.</summary>
    public const long ConnectionBytesMax = 16L << 20;

    /// <summary>The same of all connections together; beyond it commands are refused as OVERLOADED.</summary>
    public const long TotalBytesMax = 256L << 20;

    /// <summary>Batches kept for reuse.</summary>
    public const int BatchesKept = 256;

    /// <summary>Connections at once, at most; the next is told so and closed.</summary>
    public const int ConnectionsMax = 10_000;

    /// <summary>Of clients that have not said the password.</summary>
    public static readonly RespLimits OfStrangers = new(BulkBytesMax: 16 * 1024, CommandBytesMax: 64 * 1024);

    private const int BulkBytesLeast = 1 << 20;
    private const long CommandBytesLeast = 16L << 20;

    /// <summary>Twice the largest value, so that one that is somewhat too long is told so and keeps its connection.</summary>
    public static RespLimits Of(int valueBytesMax)
    {
        int bulk = Math.Max(BulkBytesLeast, 2 * valueBytesMax);
        return new RespLimits(bulk, Math.Max(CommandBytesLeast, 2L * bulk));
    }
}
