namespace KvStore.Client.Hosting;

/// <summary>Reads connection strings: the gRPC addresses of one or more nodes with commas between.</summary>
internal static class ConnectionText
{
    private const string Example = "http://localhost:9001,http://localhost:9002";

    /// <exception cref="InvalidOperationException">There is none, or it is malformed; the message names the connection.</exception>
    public static IReadOnlyList<Uri> Endpoints(string? text, string connectionName)
    {
        if (string.IsNullOrWhiteSpace(text))
        {
            throw new InvalidOperationException(
                $"There is no connection string for the KvStore client '{connectionName}'. It is ConnectionStrings:{connectionName}, "
                + $"which WithReference of an AppHost sets, or ConnectionString in the configuration section {ClientRegistration.SectionName} "
                + $"or {ClientRegistration.SectionName}:{connectionName}: gRPC addresses of nodes such as {Example}.");
        }

        return [.. text.Split(',', StringSplitOptions.TrimEntries).Select(part => Parse(part, connectionName))];
    }

    private static Uri Parse(string part, string connectionName) =>
        Uri.TryCreate(part, UriKind.Absolute, out Uri? address)
            && (address.Scheme == Uri.UriSchemeHttp || address.Scheme == Uri.UriSchemeHttps)
            && address.PathAndQuery == "/"
            ? address
            : throw new InvalidOperationException(
                $"The connection string of the KvStore client '{connectionName}' is malformed: '{part}' is no http or https address "
                + $"of a node. It must be such as {Example}.");
}
