namespace Aspire.Dashboard.Feed;

/// <summary>
/// One line of what an AppHost tells its dashboard, as JSON: who it is, the state of a resource, or lines of a console. The
/// AppHost serves them on loopback at <see cref="FeedPath"/>, as long as the connection stands, to who knows the key.
/// </summary>
public sealed record FeedMessage
{
    public const string FeedPath = "/feed";

    /// <summary>POST /resources/{id}/commands/{name} runs a command.</summary>
    public const string CommandPath = "/resources/{id}/commands/{name}";

    public const string KeyHeader = "x-resource-service-api-key";

    public string? Application { get; init; }

    public ResourceState? Resource { get; init; }

    public ConsoleBatch? Console { get; init; }
}
