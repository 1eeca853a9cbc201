namespace Aspire.Hosting.ApplicationModel;

/// <summary>Which endpoints are among the addresses that a project is told to listen on.</summary>
internal sealed class EndpointsInEnvironmentAnnotation(Func<EndpointAnnotation, bool> filter) : IResourceAnnotation
{
    public Func<EndpointAnnotation, bool> Filter { get; } = filter;
}
