using System.Globalization;
using Aspire.Hosting.ApplicationModel;

namespace Aspire.Hosting.Orchestration;

/// <summary>
/// Values that differ between the processes of one resource. In its environment and arguments they stand as placeholders, in upstream's
/// notation, and are filled in for each process when it is started.
/// </summary>
internal static class InstanceValues
{
    public const string SuffixPlaceholder = "{{- index .Annotations \"otel-service-instance-id\" -}}";
    private const string PortPlaceholderBegin = "{{- portForServing \"";
    private const string PlaceholderEnd = "\" -}}";

    public static string PortPlaceholder(IResource resource, EndpointAnnotation endpoint) =>
        $"{PortPlaceholderBegin}{resource.Name}-{endpoint.Name}{PlaceholderEnd}";

    /// <exception cref="DistributedApplicationException">The text holds a port of another resource's replicas, of which there is not one but several.</exception>
    public static string Fill(string text, IResource resource, ResourceInstance instance)
    {
        if (!text.Contains("{{-", StringComparison.Ordinal))
        {
            return text;
        }
        text = text.Replace(SuffixPlaceholder, instance.Suffix, StringComparison.Ordinal);
        foreach (var endpoint in resource.Annotations.OfType<EndpointAnnotation>().Where(endpoint => endpoint.TargetPorts.Count > 1))
        {
            var port = endpoint.TargetPorts[instance.Index].ToString(CultureInfo.InvariantCulture);
            text = text.Replace(PortPlaceholder(resource, endpoint), port, StringComparison.Ordinal);
        }
        var left = text.IndexOf(PortPlaceholderBegin, StringComparison.Ordinal);
        if (left < 0)
        {
            return text;
        }
        var name = text[(left + PortPlaceholderBegin.Length)..].Split('"')[0];
        throw new DistributedApplicationException(
            $"'{resource.Name}' asks for the target port of '{name}', which has replicas with a port each. Ask for its port instead."
        );
    }
}
