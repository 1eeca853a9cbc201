namespace Aspire.Hosting.ApplicationModel;

/// <summary>The launch profile that a project takes when it has one of that name and asks for none.</summary>
public sealed class DefaultLaunchProfileAnnotation(string launchProfileName) : IResourceAnnotation
{
    public string LaunchProfileName { get; } = launchProfileName;
}
