using System.Text.Encodings.Web;
using System.Text.Json;
using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Eventing;
using Aspire.Hosting.Orchestration;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Aspire.Hosting.Publishing;

/// <summary>
/// Writes the application as a manifest instead of running it, then ends the AppHost.
/// Every resource writes its own entry, in the order of the model.
/// </summary>
internal sealed class ManifestPublisher(
    DistributedApplicationModel model,
    DistributedApplicationExecutionContext executionContext,
    IDistributedApplicationEventing eventing,
    IConfiguration configuration,
    IHostApplicationLifetime lifetime,
    IServiceProvider services,
    ILogger<ManifestPublisher> logger
) : IApplicationRun, IHostedService
{
    public const string Name = "manifest";
    private const string FileName = "aspire-manifest.json";

    public async Task PrepareAsync(CancellationToken cancellationToken)
    {
        if (executionContext.PublisherName != Name)
        {
            throw new DistributedApplicationException($"There is no publisher '{executionContext.PublisherName}'; there is '{Name}'.");
        }
        if (string.IsNullOrEmpty(OutputPath))
        {
            throw new DistributedApplicationException("The manifest needs a place: --output-path <file or folder>.");
        }
        await eventing.PublishAsync(new BeforeStartEvent(services, model), cancellationToken);
    }

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        var path = ManifestPath();
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        await using (var file = new FileStream(path, FileMode.Create))
        {
            await WriteAsync(file, path, cancellationToken);
            await file.WriteAsync("\n"u8.ToArray(), cancellationToken);
        }
        logger.LogInformation("Published manifest to: {Path}", path);
        lifetime.StopApplication();
    }

    private string? OutputPath => configuration["Publishing:OutputPath"];

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>A path that does not end in .json is a folder.</summary>
    private string ManifestPath()
    {
        var path = Path.GetFullPath(OutputPath!);
        return path.EndsWith(".json", StringComparison.OrdinalIgnoreCase) ? path : Path.Combine(path, FileName);
    }

    private async Task WriteAsync(Stream stream, string path, CancellationToken cancellationToken)
    {
        // Expressions are full of characters that JSON in a web page would escape; this is a file that people read.
        var options = new JsonWriterOptions { Indented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
        await using var writer = new Utf8JsonWriter(stream, options);
        var context = new ManifestPublishingContext(executionContext, path, writer, cancellationToken);
        writer.WriteStartObject();
        writer.WriteStartObject("resources");
        foreach (var resource in model.Resources)
        {
            var written = resource.TryGetLastAnnotation<ManifestPublishingCallbackAnnotation>(out var annotation);
            if (written && annotation!.Callback is null)
            {
                continue;
            }
            writer.WriteStartObject(resource.Name);
            if (annotation?.Callback is { } callback)
            {
                await callback(context);
            }
            else
            {
                writer.WriteString("error", "This resource does not support generation in the manifest.");
            }
            writer.WriteEndObject();
        }
        writer.WriteEndObject();
        writer.WriteEndObject();
    }
}
