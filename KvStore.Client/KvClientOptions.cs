namespace KvStore.Client;

/// <summary>How a <see cref="KvClient"/> reaches the cluster. Read once, when the client is made.</summary>
public sealed class KvClientOptions
{
    /// <summary>
    /// gRPC addresses of one or more members (<c>http://host:9001</c>). Any member answers for any key; the others are
    /// tried in turn when one does not answer.
    /// </summary>
    public IReadOnlyList<Uri> Endpoints { get; set; } = [];

    /// <summary>The level of operations that name none. By default the member's.</summary>
    public Consistency Consistency { get; set; }

    /// <summary>How long an operation may take, all attempts together; sent to the member as its deadline. More than 0.</summary>
    public TimeSpan RequestTimeout { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>How long making a connection may take. Short, so that a dead machine costs little of the request's time.</summary>
    public TimeSpan ConnectTimeout { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>Members asked for one operation, at most: 1 or more. Never more than there are endpoints.</summary>
    public int AttemptsMax { get; set; } = 3;

    /// <summary>
    /// Whether operations of a key go to the endpoint that leads to the first owner of its slot, where there are several endpoints.
    /// The client then follows the topology in the background. Without it everything goes to the endpoint that answered last.
    /// </summary>
    public bool RoutesToOwners { get; set; } = true;

    /// <summary>Bytes of a reply, at most. A batch of reads or a scan's page arrives as one.</summary>
    public int ReplyBytesMax { get; set; } = 64 * 1024 * 1024;

    /// <summary><c>db.namespace</c> of the spans: which cluster this is, where a program talks to several.</summary>
    public string Namespace { get; set; } = "kvstore";

    internal void Validate()
    {
        if (Endpoints.Count == 0)
        {
            throw new ArgumentException("Endpoints is empty: name the gRPC address of at least one member.");
        }

        foreach (Uri endpoint in Endpoints)
        {
            if (!endpoint.IsAbsoluteUri || (endpoint.Scheme != Uri.UriSchemeHttp && endpoint.Scheme != Uri.UriSchemeHttps))
            {
                throw new ArgumentException($"Endpoints: '{endpoint}' is no http or https address of a member.");
            }
        }

        if (RequestTimeout <= TimeSpan.Zero || ConnectTimeout <= TimeSpan.Zero)
        {
            throw new ArgumentException("RequestTimeout and ConnectTimeout must be longer than 0.");
        }

        if (AttemptsMax < 1 || ReplyBytesMax < 1)
        {
            throw new ArgumentException("AttemptsMax and ReplyBytesMax must be 1 or more.");
        }

        ArgumentException.ThrowIfNullOrWhiteSpace(Namespace);
    }
}
