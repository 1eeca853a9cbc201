using System.Text.Json;
using Aspire.Hosting.ApplicationModel;

namespace Aspire.Hosting.Publishing;

/// <summary>What a resource writes its manifest entry with.</summary>
public sealed class ManifestPublishingContext
{
    public ManifestPublishingContext(
        DistributedApplicationExecutionContext executionContext,
        string manifestPath,
        Utf8JsonWriter writer,
        CancellationToken cancellationToken = default
    )
    {
        ExecutionContext = executionContext;
        ManifestPath = manifestPath;
        Writer = writer;
        CancellationToken = cancellationToken;
    }

    public DistributedApplicationExecutionContext ExecutionContext { get; }

    /// <summary>Full path of the manifest; the paths in it are relative to its directory.</summary>
    public string ManifestPath { get; }

    public Utf8JsonWriter Writer { get; }

    public CancellationToken CancellationToken { get; }

    /// <summary>The port of endpoints that have none is counted over the whole manifest.</summary>
    internal ManifestPorts Ports { get; init; } = new();

    public string? GetManifestRelativePath(string? path) =>
        path is null
            ? null
            : Path.GetRelativePath(Path.GetDirectoryName(ManifestPath) ?? string.Empty, path).Replace('\\', '/');

    public void WriteBindings(IResource resource) => ManifestBindings.Write(this, resource);

    public Task WriteEnvironmentVariablesAsync(IResource resource) => ManifestEntries.WriteEnvironmentAsync(this, resource);

    public Task WriteCommandLineArgumentsAsync(IResource resource) => ManifestEntries.WriteArgumentsAsync(this, resource);

    public void WriteConnectionString(IResource resource)
    {
        if (resource is IResourceWithConnectionString { ConnectionStringExpression: { } expression })
        {
            Writer.WriteString("connectionString", expression.ValueExpression);
        }
    }
}
