using System.Reflection;
using Aspire.Hosting;

namespace KvStore.Hosting;

/// <summary>
/// A program that comes with this library. Building the library builds it and keeps the path of its project in the assembly's
/// metadata, so that an AppHost elsewhere needs no reference to the project.
/// </summary>
internal abstract class ProgramProject(string project) : IProjectMetadata
{
    public string ProjectPath { get; } =
        typeof(ProgramProject)
            .Assembly.GetCustomAttributes<AssemblyMetadataAttribute>()
            .FirstOrDefault(attribute => attribute.Key == project)
            ?.Value
        ?? throw new DistributedApplicationException($"{typeof(ProgramProject).Assembly.GetName().Name} was built without {project}.");

    /// <summary>It was built when this library was.</summary>
    public bool SuppressBuild => true;
}
