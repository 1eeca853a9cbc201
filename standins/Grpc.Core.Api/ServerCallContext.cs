namespace Grpc.Core;

/// <summary>A call as its handler sees it. The public members are fixed; a transport provides the Core ones.</summary>
public abstract class ServerCallContext
{
    private Dictionary<object, object>? _userState;

    /// <summary>Path of the call: /service/method.</summary>
    public string Method => MethodCore;

    /// <summary>Authority the client called.</summary>
    public string Host => HostCore;

    /// <summary>Address of the client, such as ipv4:127.0.0.1:5000.</summary>
    public string Peer => PeerCore;

    /// <summary>When the client gives up, in UTC; <see cref="DateTime.MaxValue"/> when it does not.</summary>
    public DateTime Deadline => DeadlineCore;

    /// <summary>Headers the client sent.</summary>
    public Metadata RequestHeaders => RequestHeadersCore;

    /// <summary>Signalled when the client cancels or disconnects or the deadline passes.</summary>
    public CancellationToken CancellationToken => CancellationTokenCore;

    /// <summary>Trailers to end the call with.</summary>
    public Metadata ResponseTrailers => ResponseTrailersCore;

    /// <summary>Status to end the call with when the handler returns.</summary>
    public Status Status
    {
        get => StatusCore;
        set => StatusCore = value;
    }

    /// <summary>Options for the messages that follow; null for the defaults.</summary>
    public WriteOptions? WriteOptions
    {
        get => WriteOptionsCore;
        set => WriteOptionsCore = value;
    }

    /// <summary>What the transport proved about the client.</summary>
    public AuthContext AuthContext => AuthContextCore;

    /// <summary>A place for interceptors and handlers to leave things for one another.</summary>
    public IDictionary<object, object> UserState => UserStateCore;

    /// <summary>Provides <see cref="Method"/>.</summary>
    protected abstract string MethodCore { get; }

    /// <summary>Provides <see cref="Host"/>.</summary>
    protected abstract string HostCore { get; }

    /// <summary>Provides <see cref="Peer"/>.</summary>
    protected abstract string PeerCore { get; }

    /// <summary>Provides <see cref="Deadline"/>.</summary>
    protected abstract DateTime DeadlineCore { get; }

    /// <summary>Provides <see cref="RequestHeaders"/>.</summary>
    protected abstract Metadata RequestHeadersCore { get; }

    /// <summary>Provides <see cref="CancellationToken"/>.</summary>
    protected abstract CancellationToken CancellationTokenCore { get; }

    /// <summary>Provides <see cref="ResponseTrailers"/>.</summary>
    protected abstract Metadata ResponseTrailersCore { get; }

    /// <summary>Provides <see cref="Status"/>.</summary>
    protected abstract Status StatusCore { get; set; }

    /// <summary>Provides <see cref="WriteOptions"/>.</summary>
    protected abstract WriteOptions? WriteOptionsCore { get; set; }

    /// <summary>Provides <see cref="AuthContext"/>.</summary>
    protected abstract AuthContext AuthContextCore { get; }

    /// <summary>Provides <see cref="UserState"/>.</summary>
    protected virtual IDictionary<object, object> UserStateCore => _userState ??= [];

    /// <summary>Sends the response headers, which may happen once, before the first message.</summary>
    public Task WriteResponseHeadersAsync(Metadata responseHeaders) => WriteResponseHeadersAsyncCore(responseHeaders);

    /// <summary>A token that ties calls made by the handler to this one.</summary>
    public ContextPropagationToken CreatePropagationToken(ContextPropagationOptions? options = null) =>
        CreatePropagationTokenCore(options);

    /// <summary>Provides <see cref="WriteResponseHeadersAsync"/>.</summary>
    protected abstract Task WriteResponseHeadersAsyncCore(Metadata responseHeaders);

    /// <summary>Provides <see cref="CreatePropagationToken"/>.</summary>
    protected abstract ContextPropagationToken CreatePropagationTokenCore(ContextPropagationOptions? options);
}
