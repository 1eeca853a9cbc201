namespace Aspire.Hosting;

/// <summary>Whether the application is run or written out as a manifest.</summary>
public class DistributedApplicationExecutionContext
{
    private readonly DistributedApplicationExecutionContextOptions _options;

    public DistributedApplicationExecutionContext(DistributedApplicationOperation operation)
        : this(new DistributedApplicationExecutionContextOptions(operation)) { }

    public DistributedApplicationExecutionContext(DistributedApplicationOperation operation, string publisherName)
        : this(new DistributedApplicationExecutionContextOptions(operation, publisherName)) { }

    public DistributedApplicationExecutionContext(DistributedApplicationExecutionContextOptions options)
    {
        _options = options;
        PublisherName = options.PublisherName ?? "manifest";
    }

    public DistributedApplicationOperation Operation => _options.Operation;

    public string PublisherName { get; set; }

    public bool IsPublishMode => Operation == DistributedApplicationOperation.Publish;

    public bool IsRunMode => Operation == DistributedApplicationOperation.Run;

    public IServiceProvider ServiceProvider =>
        _options.ServiceProvider ?? throw new InvalidOperationException("There are no services before the application is built.");
}
