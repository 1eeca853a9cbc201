using Aspire.Hosting.ApplicationModel;

namespace Aspire.Hosting.Publishing;

/// <summary>
/// Writes the endpoints of a resource. A project's first http and https endpoints get no target port: whoever deploys it chooses.
/// </summary>
internal static class ManifestBindings
{
    public static void Write(ManifestPublishingContext context, IResource resource)
    {
        if (!resource.TryGetEndpoints(out var endpoints))
        {
            return;
        }
        var chosenByDeployment = new HashSet<string>(StringComparer.Ordinal);
        var writer = context.Writer;
        writer.WriteStartObject("bindings");
        foreach (var endpoint in endpoints)
        {
            writer.WriteStartObject(endpoint.Name);
            writer.WriteString("scheme", endpoint.UriScheme);
            writer.WriteString("protocol", endpoint.Protocol.ToString().ToLowerInvariant());
            writer.WriteString("transport", endpoint.Transport);
            var targetPort = TargetPort(context, resource, endpoint, chosenByDeployment);
            if (endpoint.Port is { } port && port != targetPort)
            {
                writer.WriteNumber("port", port);
            }
            if (targetPort is { } target)
            {
                writer.WriteNumber("targetPort", target);
            }
            if (endpoint.IsExternal)
            {
                writer.WriteBoolean("external", true);
            }
            writer.WriteEndObject();
        }
        writer.WriteEndObject();
    }

    private static int? TargetPort(
        ManifestPublishingContext context,
        IResource resource,
        EndpointAnnotation endpoint,
        HashSet<string> chosenByDeployment
    )
    {
        if (endpoint.TargetPort is { } asked)
        {
            context.Ports.Use(asked);
            return asked;
        }
        return resource is ProjectResource && endpoint.UriScheme is "http" or "https" && chosenByDeployment.Add(endpoint.UriScheme)
            ? null
            : context.Ports.Take();
    }
}
