using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;

namespace KvStore.Tests.StandIns.Aspire;

/// <summary>Describes samples as resources, and finds what they were started as.</summary>
internal static class Samples
{
    /// <summary>This test executable.</summary>
    public static string Program { get; } = Path.ChangeExtension(typeof(Samples).Assembly.Location, OperatingSystem.IsWindows() ? ".exe" : null);

    /// <summary>The project of this test executable: as a project, a sample is the tests' own.</summary>
    public static string ProjectPath { get; } = FindProject();

    /// <summary>A sample as a program.</summary>
    public static IResourceBuilder<ExecutableResource> AddSample(this IDistributedApplicationBuilder builder, string name, params string[] args) =>
        builder.AddExecutable(name, Program, Path.GetTempPath(), [SampleProgram.Name, .. args]);

    /// <summary>A sample as a project without a launch profile.</summary>
    public static IResourceBuilder<ProjectResource> AddSampleProject(
        this IDistributedApplicationBuilder builder,
        string name,
        params string[] args
    ) => builder.AddProject(name, ProjectPath, launchProfileName: null).WithArgs([SampleProgram.Name, .. args]);

    public static int ProcessId(this ResourceEvent change) =>
        (int)change.Snapshot.Properties.Single(property => property.Name == "executable.pid").Value!;

    private static string FindProject()
    {
        for (var directory = new DirectoryInfo(AppContext.BaseDirectory); directory is not null; directory = directory.Parent)
        {
            var path = Path.Combine(directory.FullName, "KvStore.Tests", "KvStore.Tests.csproj");
            if (File.Exists(path))
            {
                return path;
            }
        }
        throw new InvalidOperationException("The tests do not run within their repository.");
    }
}
