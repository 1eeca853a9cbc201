namespace Aspire.Hosting.ApplicationModel;

/// <summary>How waits behave unless they say so themselves.</summary>
public sealed class ResourceNotificationServiceOptions
{
    public WaitBehavior DefaultWaitBehavior { get; set; }
}
