namespace KvStore.Node.Configuration;

/// <summary>The knobs of the Redis protocol's front end: section <c>KvStore:Resp</c>.</summary>
internal sealed record RespOptions
{
    /// <summary>Port of the Redis protocol, RESP2 and RESP3.</summary>
    /// <remarks>0 to 65535; 0 takes a free one. Default: none, which is not to speak it. The demo's nodes have 6381 and up.</remarks>
    public int? Port { get; init; }

    /// <summary>Where clients of the Redis protocol reach this node, as the other members tell them in answer to CLUSTER.</summary>
    /// <remarks><c>tcp://host:port</c>. Default: <see cref="NodeOptions.BindAddress"/> and the port listened on; where that is every
    /// address, the host of <see cref="NodeOptions.GrpcAddress"/>. Needed where clients reach this node by another name or through a
    /// mapped port.</remarks>
    public string Address { get; init; } = "";

    /// <summary>Whether this node answers as one of a Redis Cluster, so that clients in cluster mode spread their commands.</summary>
    /// <remarks><c>true</c> or <c>false</c>. Default <c>false</c>: a server of its own, which any client understands. True brings each
    /// command to the key's first owner, which saves a hop, and takes a client that knows clusters. The same on every node.</remarks>
    public bool Cluster { get; init; }

    /// <summary>Whether FLUSHALL and FLUSHDB delete every key of the cluster.</summary>
    /// <remarks><c>true</c> or <c>false</c>. Default <c>false</c>: they are refused, because clients' test suites send them.</remarks>
    public bool AllowFlush { get; init; }

    /// <summary>Whether DEBUG SLEEP has a connection wait.</summary>
    /// <remarks><c>true</c> or <c>false</c>. Default <c>false</c>: it is for tests of clients.</remarks>
    public bool AllowDebug { get; init; }

    /// <summary>How long a client may take nothing of an answer that is ready; then its connection is cut.</summary>
    /// <remarks>1 s to 1 h. Default 60 s. Longer bears with slower networks, and lets a client that has stopped hold its share of the
    /// answers' memory for longer, which is 16 MiB at most.</remarks>
    public TimeSpan SlowReaderTimeout { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>What clients have to say with AUTH or HELLO; empty if they need not.</summary>
    /// <remarks>Read at start from the first line of the file <c>KvStore:Resp:PasswordFile</c>: a password in the environment is
    /// seen by whoever lists processes. It holds for this port alone.</remarks>
    public string Password { get; init; } = "";

    /// <summary>Certificate with which this port speaks TLS and nothing else, PEM, with its chain; empty for no TLS.</summary>
    /// <remarks>The path of a file. Default: none. Needs <see cref="KeyFile"/>.</remarks>
    public string CertificateFile { get; init; } = "";

    /// <summary>The certificate's key, PEM, not encrypted.</summary>
    /// <remarks>The path of a file. Default: none.</remarks>
    public string KeyFile { get; init; } = "";

    /// <summary>Without the password: options are shown in logs.</summary>
    public override string ToString() => $"RESP on port {Port?.ToString(System.Globalization.CultureInfo.InvariantCulture) ?? "none"}";
}
