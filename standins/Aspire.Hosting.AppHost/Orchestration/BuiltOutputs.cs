using System.Collections.Concurrent;
using System.Diagnostics;
using System.Reflection;
using Aspire.Hosting.ApplicationModel;

namespace Aspire.Hosting.Orchestration;

/// <summary>
/// Where the build put the program of a project. The AppHost's build writes it down for the projects it references;
/// for one named by its path only, the build system is asked. Nothing is built here.
/// </summary>
internal sealed class BuiltOutputs(Assembly? appHost)
{
    private const string KeyPrefix = "projectoutput:";
    private static readonly TimeSpan QuestionTime = TimeSpan.FromSeconds(60);

    // The answer does not change while the process runs, and the question takes a second.
    private static readonly ConcurrentDictionary<string, string> Asked = new(StringComparer.Ordinal);

    /// <summary>Full path of the project's assembly; the error names the project and the command that builds it.</summary>
    public string Find(ProjectResource project)
    {
        var metadata = project.GetProjectMetadata();
        if (!File.Exists(metadata.ProjectPath))
        {
            throw new DistributedApplicationException($"The project of '{project.Name}' does not exist: {metadata.ProjectPath}");
        }
        var output = Written(metadata) ?? Asked.GetOrAdd(metadata.ProjectPath, Ask);
        return File.Exists(output)
            ? output
            : throw new DistributedApplicationException(
                $"The project of '{project.Name}' has not been built: there is no {output}. Run: dotnet build {metadata.ProjectPath}"
            );
    }

    private string? Written(IProjectMetadata metadata) =>
        new[] { metadata.GetType().Assembly, appHost }
            .OfType<Assembly>()
            .SelectMany(assembly => assembly.GetCustomAttributes<AssemblyMetadataAttribute>())
            .FirstOrDefault(attribute => string.Equals(attribute.Key, KeyPrefix + metadata.ProjectPath, StringComparison.OrdinalIgnoreCase))
            ?.Value;

    private string Ask(string projectPath)
    {
        var start = new ProcessStartInfo(DotNetHost.Path) { RedirectStandardOutput = true, RedirectStandardError = true };
        start.ArgumentList.Add("msbuild");
        start.ArgumentList.Add(projectPath);
        start.ArgumentList.Add("-nologo");
        start.ArgumentList.Add("-getProperty:TargetPath");
        if (appHost?.GetCustomAttribute<AssemblyConfigurationAttribute>()?.Configuration is { Length: > 0 } configuration)
        {
            start.ArgumentList.Add($"-property:Configuration={configuration}");
        }
        using var process = Process.Start(start)!;
        var errors = process.StandardError.ReadToEndAsync();
        var answer = process.StandardOutput.ReadToEndAsync();
        if (!process.WaitForExit(QuestionTime))
        {
            process.Kill(entireProcessTree: true);
            throw new DistributedApplicationException($"The build system did not say within {QuestionTime.TotalSeconds} s where {projectPath} is built to.");
        }
        return process.ExitCode == 0
            ? answer.GetAwaiter().GetResult().Trim()
            : throw new DistributedApplicationException(
                $"The build system cannot read {projectPath}: {answer.GetAwaiter().GetResult().Trim()} {errors.GetAwaiter().GetResult().Trim()}"
            );
    }
}
