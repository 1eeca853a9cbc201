using System.Globalization;
using Aspire.Hosting.ApplicationModel;

namespace Aspire.Hosting.ProjectLaunch;

/// <summary>
/// What every project gets before its AppHost says anything: endpoints and variables of its launch profile, telemetry settings,
/// and at last where to listen. Callbacks run in the order they were added, so what the AppHost says later wins.
/// </summary>
internal static class ProjectDefaults
{
    public static void Apply(IResourceBuilder<ProjectResource> project)
    {
        var application = project.ApplicationBuilder;
        if (LaunchProfiles.Effective(project.Resource) is var (name, profile))
        {
            AddProfileEndpoints(project, profile);
            AddProfileArguments(project, profile);
            if (application.ExecutionContext.IsRunMode)
            {
                project.WithEnvironment(context => SetProfileVariables(context, name, profile));
            }
        }

        project.WithEnvironment(context => TelemetryEnvironment.Set(context, application));
        project.WithEnvironment(SetListenAddresses);
    }

    private static void AddProfileEndpoints(IResourceBuilder<ProjectResource> project, LaunchProfile profile)
    {
        var isRun = project.ApplicationBuilder.ExecutionContext.IsRunMode;
        foreach (var address in (profile.ApplicationUrl ?? string.Empty).Split(';', StringSplitOptions.RemoveEmptyEntries))
        {
            // A wildcard host is not a URI's, and only the scheme and the port are of interest.
            if (!Uri.TryCreate(address.Replace("*", "localhost", StringComparison.Ordinal).Replace("+", "localhost", StringComparison.Ordinal), UriKind.Absolute, out var uri))
            {
                throw new DistributedApplicationException(
                    $"The launch profile of '{project.Resource.Name}' has '{address}' in applicationUrl, which is not a URL."
                );
            }
            if (project.Resource.Annotations.OfType<EndpointAnnotation>().Any(present => present.Name == uri.Scheme))
            {
                continue;
            }
            project.WithAnnotation(
                new EndpointAnnotation(System.Net.Sockets.ProtocolType.Tcp, uri.Scheme, name: uri.Scheme, port: isRun ? uri.Port : null)
                {
                    FromLaunchProfile = true,
                }
            );
        }
    }

    private static void AddProfileArguments(IResourceBuilder<ProjectResource> project, LaunchProfile profile)
    {
        if (!string.IsNullOrWhiteSpace(profile.CommandLineArgs) && project.ApplicationBuilder.ExecutionContext.IsRunMode)
        {
            project.WithArgs([.. CommandLine.Split(profile.CommandLineArgs)]);
        }
    }

    private static void SetProfileVariables(EnvironmentCallbackContext context, string name, LaunchProfile profile)
    {
        context.EnvironmentVariables["DOTNET_LAUNCH_PROFILE"] = name;
        foreach (var (variable, value) in profile.EnvironmentVariables)
        {
            context.EnvironmentVariables.TryAdd(variable, Environment.ExpandEnvironmentVariables(value));
        }
    }

    /// <summary>Endpoints that tell the program their port by a variable of their own are not listed: it listens there by itself.</summary>
    private static void SetListenAddresses(EnvironmentCallbackContext context)
    {
        var project = (ProjectResource)context.Resource;
        var endpoints = project
            .Annotations.OfType<EndpointAnnotation>()
            .Where(endpoint => endpoint.UriScheme is "http" or "https" && endpoint.TargetPortEnvironmentVariable is null)
            .Where(endpoint => project.Annotations.OfType<EndpointsInEnvironmentAnnotation>().All(only => only.Filter(endpoint)))
            .Select(endpoint => new EndpointReference(project, endpoint))
            .ToList();
        if (context.ExecutionContext.IsPublishMode)
        {
            SetPublishedPorts(context, project, endpoints);
        }
        else if (endpoints.Count > 0)
        {
            var urls = new ReferenceExpressionBuilder();
            foreach (var endpoint in endpoints)
            {
                urls.AppendLiteral(urls.IsEmpty ? string.Empty : ";");
                urls.AppendLiteral($"{endpoint.Scheme}://{endpoint.EndpointAnnotation.TargetHost}:");
                urls.AppendFormatted(endpoint.Property(EndpointProperty.TargetPort));
            }
            context.EnvironmentVariables["ASPNETCORE_URLS"] = urls.Build();
            if (endpoints.FirstOrDefault(endpoint => endpoint.IsHttps) is { } https)
            {
                context.EnvironmentVariables["ASPNETCORE_HTTPS_PORT"] = https.Property(EndpointProperty.Port);
            }
        }
    }

    private static void SetPublishedPorts(EnvironmentCallbackContext context, ProjectResource project, List<EndpointReference> endpoints)
    {
        if (project.GetEndpoints().Any() && !project.HasAnnotationOfType<DisableForwardedHeadersAnnotation>())
        {
            context.EnvironmentVariables["ASPNETCORE_FORWARDEDHEADERS_ENABLED"] = "true";
        }
        foreach (var group in endpoints.GroupBy(endpoint => endpoint.Scheme))
        {
            var ports = new ReferenceExpressionBuilder();
            foreach (var endpoint in group)
            {
                ports.AppendLiteral(ports.IsEmpty ? string.Empty : ";");
                ports.AppendFormatted(endpoint.Property(EndpointProperty.TargetPort));
            }
            context.EnvironmentVariables[string.Create(CultureInfo.InvariantCulture, $"{group.Key.ToUpperInvariant()}_PORTS")] = ports.Build();
        }
    }
}
