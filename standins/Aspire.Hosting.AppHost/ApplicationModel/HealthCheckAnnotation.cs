namespace Aspire.Hosting.ApplicationModel;

/// <summary>The key of a registered health check that says whether the resource is healthy.</summary>
public class HealthCheckAnnotation(string key) : IResourceAnnotation
{
    public string Key { get; } = key;
}
