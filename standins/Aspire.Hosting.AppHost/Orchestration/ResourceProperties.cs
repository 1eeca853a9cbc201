using System.Collections.Immutable;
using Aspire.Hosting.ApplicationModel;

namespace Aspire.Hosting.Orchestration;

/// <summary>What a running resource shows of itself.</summary>
internal static class ResourceProperties
{
    public static ImmutableArray<ResourcePropertySnapshot> Of(IResource resource, LaunchPlan plan, int processId) =>
        [
            .. resource is ProjectResource project
                ? new[] { new ResourcePropertySnapshot("project.path", project.GetProjectMetadata().ProjectPath) }
                : [],
            new("executable.path", plan.FileName),
            new("executable.workDir", plan.WorkingDirectory),
            new("executable.args", plan.Arguments),
            new("executable.pid", processId),
        ];
}
