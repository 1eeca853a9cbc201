namespace Aspire.Hosting.ApplicationModel;

/// <summary>Who asks for a value, and for what.</summary>
public class ValueProviderContext
{
    public IResource? Caller { get; init; }

    public DistributedApplicationExecutionContext? ExecutionContext { get; init; }
}
