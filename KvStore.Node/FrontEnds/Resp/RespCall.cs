using System.Diagnostics;
using KvStore.Node.Coordination;
using KvStore.Node.Ring;

namespace KvStore.Node.FrontEnds.Resp;

/// <summary>One command of a connection on its way to its answer, with what held when it was read.</summary>
internal sealed class RespCall(RespConnection connection, RespCommand command, byte[][] arguments)
{
    /// <summary>Whoever sent it.</summary>
    public RespConnection Connection { get; } = connection;

    public RespCommand Command { get; } = command;

    /// <summary>The name first.</summary>
    public byte[][] Arguments { get; } = arguments;

    /// <summary>Version of the protocol of its answer.</summary>
    public int Protocol { get; set; } = connection.Client.Protocol;

    public Consistency Level { get; } = connection.Client.Level;

    /// <summary>The trace it belongs to, where the client has said one.</summary>
    public ActivityContext Parent { get; init; }

    /// <summary>Whether its answer is thrown away.</summary>
    public bool IsSilent { get; set; }

    /// <summary>All that it names, each once.</summary>
    public Key[] Keys { get; init; } = [];

    /// <summary>The commands that it stands for, where it is not a single one.</summary>
    public RespBatch? Batch { get; init; }

    /// <summary>Commands that it is.</summary>
    public int Commands { get; init; } = 1;

    public RespServer Server => Connection.Server;

    /// <summary>Of a command on one key.</summary>
    public Key Key => Keys[0];

    public int Count => Arguments.Length;

    /// <summary>Unix milliseconds of this member's clock.</summary>
    public long Now => Server.Time.GetUtcNow().ToUnixTimeMilliseconds();

    /// <summary>When it was first to run; timestamp. The gate's.</summary>
    public long Begun { get; set; }

    /// <summary>Calls of the connection on the same keys that are not answered yet. The pipeline's.</summary>
    public int WaitsFor { get; set; }

    /// <summary>Calls that wait for this one. The pipeline's.</summary>
    public List<RespCall>? Followers { get; set; }

    public bool IsAnswered { get; set; }

    public RespReply Reply { get; set; }

    /// <summary>What it holds in memory. The pipeline's.</summary>
    public long Bytes { get; set; }
}
