namespace Aspire.Hosting.ApplicationModel;

/// <summary>What a wait does when the resource it waits for has failed.</summary>
public enum WaitBehavior
{
    WaitOnResourceUnavailable = 0,
    StopOnResourceUnavailable = 1,
}
