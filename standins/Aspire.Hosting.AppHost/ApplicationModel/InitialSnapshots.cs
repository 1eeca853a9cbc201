namespace Aspire.Hosting.ApplicationModel;

/// <summary>The state of a resource before anything was published for it.</summary>
internal static class InitialSnapshots
{
    public static CustomResourceSnapshot Of(IResource resource)
    {
        var snapshot =
            resource.Annotations.OfType<ResourceSnapshotAnnotation>().LastOrDefault()?.InitialSnapshot
            ?? new CustomResourceSnapshot
            {
                ResourceType = resource switch
                {
                    ProjectResource => "Project",
                    ExecutableResource => "Executable",
                    _ => resource.GetType().Name,
                },
                Properties = [],
            };
        return snapshot with
        {
            CreationTimeStamp = snapshot.CreationTimeStamp ?? DateTime.UtcNow,
            HealthReports = UnknownHealth(resource),
            Relationships =
            [
                .. resource
                    .Annotations.OfType<ResourceRelationshipAnnotation>()
                    .Select(relationship => new RelationshipSnapshot(relationship.Resource.Name, relationship.Type))
                    .Distinct(),
            ],
        };
    }

    /// <summary>Reports of checks that have not run.</summary>
    public static System.Collections.Immutable.ImmutableArray<HealthReportSnapshot> UnknownHealth(IResource resource) =>
        [
            .. resource
                .Annotations.OfType<HealthCheckAnnotation>()
                .Select(check => new HealthReportSnapshot(check.Key, Status: null, Description: null, ExceptionText: null)),
        ];
}
