using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Orchestration;
using Aspire.Hosting.ProjectLaunch;
using Aspire.Hosting.Publishing;

namespace Aspire.Hosting;

/// <summary>
/// .NET projects as resources. A project takes a launch profile (the one asked for, else the AppHost's own by name, else the first
/// of kind Project): its addresses become endpoints, its variables the first of the environment.
/// </summary>
public static class ProjectResourceBuilderExtensions
{
    public static IResourceBuilder<ProjectResource> AddProject<TProject>(
        this IDistributedApplicationBuilder builder,
        [ResourceName] string name
    )
        where TProject : IProjectMetadata, new() => builder.AddProject<TProject>(name, _ => { });

    /// <summary>A launch profile of null takes none.</summary>
    public static IResourceBuilder<ProjectResource> AddProject<TProject>(
        this IDistributedApplicationBuilder builder,
        [ResourceName] string name,
        string? launchProfileName
    )
        where TProject : IProjectMetadata, new() => builder.AddProject<TProject>(name, options => TakeProfile(options, launchProfileName));

    public static IResourceBuilder<ProjectResource> AddProject<TProject>(
        this IDistributedApplicationBuilder builder,
        [ResourceName] string name,
        Action<ProjectResourceOptions> configure
    )
        where TProject : IProjectMetadata, new() => Add(builder, name, new TProject(), configure);

    public static IResourceBuilder<ProjectResource> AddProject(
        this IDistributedApplicationBuilder builder,
        [ResourceName] string name,
        string projectPath
    ) => builder.AddProject(name, projectPath, _ => { });

    /// <summary>A launch profile of null takes none.</summary>
    public static IResourceBuilder<ProjectResource> AddProject(
        this IDistributedApplicationBuilder builder,
        [ResourceName] string name,
        string projectPath,
        string? launchProfileName
    ) => builder.AddProject(name, projectPath, options => TakeProfile(options, launchProfileName));

    /// <summary>A relative path counts from the AppHost's directory.</summary>
    public static IResourceBuilder<ProjectResource> AddProject(
        this IDistributedApplicationBuilder builder,
        [ResourceName] string name,
        string projectPath,
        Action<ProjectResourceOptions> configure
    )
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(projectPath);
        return Add(builder, name, new ProjectFile(Path.GetFullPath(Path.Combine(builder.AppHostDirectory, projectPath))), configure);
    }

    public static IResourceBuilder<ProjectResource> DisableForwardedHeaders(this IResourceBuilder<ProjectResource> builder) =>
        builder.WithAnnotation<DisableForwardedHeadersAnnotation>(ResourceAnnotationMutationBehavior.Replace);

    /// <summary>Runs as several processes, which share the endpoints: a proxy connects each client with one of them.</summary>
    public static IResourceBuilder<ProjectResource> WithReplicas(this IResourceBuilder<ProjectResource> builder, int replicas)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(replicas, 1);
        return builder.WithAnnotation(new ReplicaAnnotation(replicas), ResourceAnnotationMutationBehavior.Replace);
    }

    /// <summary>Only the endpoints that pass the filter are among the addresses that the program is told to listen on.</summary>
    public static IResourceBuilder<ProjectResource> WithEndpointsInEnvironment(
        this IResourceBuilder<ProjectResource> builder,
        Func<EndpointAnnotation, bool> filter
    ) => builder.WithAnnotation(new EndpointsInEnvironmentAnnotation(filter));

    private static void TakeProfile(ProjectResourceOptions options, string? launchProfileName)
    {
        options.LaunchProfileName = launchProfileName;
        options.ExcludeLaunchProfile = launchProfileName is null;
    }

    private static IResourceBuilder<ProjectResource> Add(
        IDistributedApplicationBuilder builder,
        string name,
        IProjectMetadata metadata,
        Action<ProjectResourceOptions> configure
    )
    {
        var options = new ProjectResourceOptions();
        configure(options);
        var project = builder.AddResource(new ProjectResource(name)).WithAnnotation(metadata);
        if (options.ExcludeLaunchProfile)
        {
            project.WithAnnotation<ExcludeLaunchProfileAnnotation>();
        }
        else if (options.LaunchProfileName is { } profile)
        {
            project.WithAnnotation(new LaunchProfileAnnotation(profile));
        }
        else if (builder.Configuration["DOTNET_LAUNCH_PROFILE"] is { } own)
        {
            project.WithAnnotation(new DefaultLaunchProfileAnnotation(own));
        }

        ProjectDefaults.Apply(project);
        return project.WithManifestPublishingCallback(context => ManifestEntries.WriteProjectAsync(context, project.Resource));
    }
}
