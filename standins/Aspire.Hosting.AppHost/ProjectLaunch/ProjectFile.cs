namespace Aspire.Hosting.ProjectLaunch;

/// <summary>A project named by its path only.</summary>
internal sealed class ProjectFile(string path) : IProjectMetadata
{
    public string ProjectPath { get; } = path;
}
