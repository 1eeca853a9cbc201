using System.Net.Sockets;

namespace Aspire.Hosting.ApplicationModel;

/// <summary>
/// An endpoint of a resource. Port is what others connect to, TargetPort what the program listens on: as they were asked for, null if nobody
/// did. Without a proxy they are one and the same.
/// </summary>
public sealed class EndpointAnnotation : IResourceAnnotation
{
    private readonly ValueSnapshot<AllocatedEndpoint> _allocated = new();
    private int? _port;
    private int? _targetPort;
    private string? _transport;
    private bool? _tlsEnabled;
    private AllocatedEndpoint? _allocatedEndpoint;

    public EndpointAnnotation(
        ProtocolType protocol,
        string? uriScheme,
        string? transport,
        string? name,
        int? port,
        int? targetPort,
        bool? isExternal,
        bool isProxied
    )
        : this(protocol, uriScheme, transport, name, port, targetPort, isExternal, (bool?)isProxied) { }

    public EndpointAnnotation(
        ProtocolType protocol,
        string? uriScheme = null,
        string? transport = null,
        string? name = null,
        int? port = null,
        int? targetPort = null,
        bool? isExternal = null,
        bool? isProxied = null
    )
    {
        UriScheme = uriScheme ?? protocol.ToString().ToLowerInvariant();
        _transport = transport;
        Protocol = protocol;
        Name = name ?? UriScheme;
        _port = port;
        _targetPort = targetPort;
        IsExternal = isExternal ?? false;
        IsExplicitlyProxied = isProxied;
    }

    public string Name { get; set; }

    public ProtocolType Protocol { get; set; }

    public string UriScheme { get; set; }

    /// <summary><c>http</c>, <c>http2</c> or <c>tcp</c>.</summary>
    public string Transport
    {
        get => _transport ?? (UriScheme is "http" or "https" ? "http" : Protocol.ToString().ToLowerInvariant());
        set => _transport = value;
    }

    public int? Port
    {
        get => _port ?? (IsProxied ? null : _targetPort);
        set => _port = value;
    }

    public int? TargetPort
    {
        get => _targetPort ?? (IsProxied ? null : _port);
        set => _targetPort = value;
    }

    public string TargetHost { get; set; } = "localhost";

    public bool IsExternal { get; set; }

    /// <summary>Null unless the AppHost said so.</summary>
    public bool? IsExplicitlyProxied { get; set; }

    public bool IsProxied
    {
        get => IsExplicitlyProxied ?? true;
        set => IsExplicitlyProxied = value;
    }

    public bool TlsEnabled
    {
        get => _tlsEnabled ?? UriScheme == "https";
        set => _tlsEnabled = value;
    }

    /// <summary>Left out when another resource refers to all endpoints of this one.</summary>
    public bool ExcludeReferenceEndpoint { get; set; }

    public AllocatedEndpoint? AllocatedEndpoint
    {
        get => _allocatedEndpoint;
        set
        {
            ArgumentNullException.ThrowIfNull(value);
            _allocatedEndpoint = value;
            if (!_allocated.IsValueSet)
            {
                _allocated.SetValue(value);
            }
        }
    }

    /// <summary>The variable that tells the program its port; such an endpoint is not in <c>ASPNETCORE_URLS</c>.</summary>
    internal string? TargetPortEnvironmentVariable { get; set; }

    /// <summary>What each process of the resource listens on; empty until allocated.</summary>
    internal IReadOnlyList<int> TargetPorts { get; set; } = [];

    internal bool FromLaunchProfile { get; init; }

    internal Task<AllocatedEndpoint> WaitForAllocationAsync(CancellationToken cancellationToken) => _allocated.GetValueAsync(cancellationToken);
}
