namespace Aspire.Hosting.ApplicationModel;

/// <summary>A command of a resource: start, stop, restart and those of one's own.</summary>
public sealed class ResourceCommandAnnotation(
    string name,
    string displayName,
    Func<UpdateCommandStateContext, ResourceCommandState> updateState,
    Func<ExecuteCommandContext, Task<ExecuteCommandResult>> executeCommand,
    string? displayDescription,
    object? parameter,
    string? confirmationMessage,
    string? iconName,
    IconVariant? iconVariant,
    bool isHighlighted
) : IResourceAnnotation
{
    public string Name { get; } = name;

    public string DisplayName { get; } = displayName;

    public Func<UpdateCommandStateContext, ResourceCommandState> UpdateState { get; } = updateState;

    public Func<ExecuteCommandContext, Task<ExecuteCommandResult>> ExecuteCommand { get; } = executeCommand;

    public string? DisplayDescription { get; } = displayDescription;

    public string? ConfirmationMessage { get; } = confirmationMessage;

    public string? IconName { get; } = iconName;

    public IconVariant? IconVariant { get; } = iconVariant;

    public bool IsHighlighted { get; } = isHighlighted;

    public ResourceCommandVisibility Visibility { get; internal init; } = ResourceCommandVisibility.UI | ResourceCommandVisibility.Api;

    internal ResourceCommandSnapshot Describe(CustomResourceSnapshot snapshot, IServiceProvider services) =>
        new(
            Name,
            UpdateState(new UpdateCommandStateContext { ResourceSnapshot = snapshot, ServiceProvider = services }),
            DisplayName,
            DisplayDescription,
            parameter,
            ConfirmationMessage,
            IconName,
            IconVariant,
            IsHighlighted
        )
        {
            Visibility = Visibility,
        };
}
