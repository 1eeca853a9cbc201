using System.Collections.Immutable;
using Aspire.Dashboard.Telemetry;

namespace Aspire.Dashboard.Display;

/// <summary>What a resource is called: its service, and its instance too where there are several of it.</summary>
internal static class ResourceLabel
{
    private const int InstanceLength = 8;

    public static string Of(TelemetryResource resource, ImmutableArray<TelemetryResource> all) =>
        resource.Instance.Length > 0 && all.Any(other => other.Service == resource.Service && other.Instance != resource.Instance)
            ? $"{resource.Service} {resource.Instance[..Math.Min(InstanceLength, resource.Instance.Length)]}"
            : resource.Service;
}
