using System.Text.Json;
using Aspire.Hosting.ApplicationModel;

namespace Aspire.Hosting.ProjectLaunch;

/// <summary>Finds the launch profile that a project takes.</summary>
internal static class LaunchProfiles
{
    private static readonly JsonSerializerOptions Json = new()
    {
        AllowTrailingCommas = true,
        ReadCommentHandling = JsonCommentHandling.Skip,
    };

    public static (string Name, LaunchProfile Profile)? Effective(ProjectResource project)
    {
        if (project.HasAnnotationOfType<ExcludeLaunchProfileAnnotation>())
        {
            return null;
        }

        var metadata = project.GetProjectMetadata();
        var profiles = (metadata.LaunchSettings ?? Read(metadata.ProjectPath))?.Profiles;
        if (project.TryGetLastAnnotation<LaunchProfileAnnotation>(out var wanted))
        {
            return profiles is not null && profiles.TryGetValue(wanted.LaunchProfileName, out var named)
                ? (wanted.LaunchProfileName, named)
                : throw new DistributedApplicationException(
                    $"The resource '{project.Name}' asks for the launch profile '{wanted.LaunchProfileName}', which {metadata.ProjectPath} does not have."
                );
        }
        if (profiles is null)
        {
            return null;
        }
        if (
            project.TryGetLastAnnotation<DefaultLaunchProfileAnnotation>(out var hint)
            && profiles.TryGetValue(hint.LaunchProfileName, out var same)
            && IsProject(same)
        )
        {
            return (hint.LaunchProfileName, same);
        }
        var first = profiles.FirstOrDefault(entry => IsProject(entry.Value));
        return first.Value is null ? null : (first.Key, first.Value);
    }

    private static bool IsProject(LaunchProfile profile) => string.Equals(profile.CommandName, "Project", StringComparison.OrdinalIgnoreCase);

    private static LaunchSettings? Read(string projectPath)
    {
        var path = Path.Combine(Path.GetDirectoryName(projectPath) ?? string.Empty, "Properties", "launchSettings.json");
        if (!File.Exists(path))
        {
            return null;
        }
        try
        {
            return JsonSerializer.Deserialize<LaunchSettings>(File.ReadAllText(path), Json);
        }
        catch (JsonException e)
        {
            throw new DistributedApplicationException($"{path} is not valid JSON: {e.Message}", e);
        }
    }
}
