namespace Aspire.Hosting.ApplicationModel;

/// <summary>How a command is offered, and when.</summary>
public class CommandOptions
{
    public string? Description { get; set; }

    /// <summary>Asked of a person before the command runs.</summary>
    public string? ConfirmationMessage { get; set; }

    public string? IconName { get; set; }

    public IconVariant? IconVariant { get; set; }

    public bool IsHighlighted { get; set; }

    public Func<UpdateCommandStateContext, ResourceCommandState>? UpdateState { get; set; }

    public ResourceCommandVisibility Visibility { get; set; } = ResourceCommandVisibility.UI | ResourceCommandVisibility.Api;
}
