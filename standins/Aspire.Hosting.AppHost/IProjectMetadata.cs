using Aspire.Hosting.ApplicationModel;

namespace Aspire.Hosting;

/// <summary>What is known of a project at build time.</summary>
public interface IProjectMetadata : IResourceAnnotation
{
    /// <summary>Full path of the project file.</summary>
    string ProjectPath { get; }

    LaunchSettings? LaunchSettings => null;

    bool SuppressBuild => false;
}
