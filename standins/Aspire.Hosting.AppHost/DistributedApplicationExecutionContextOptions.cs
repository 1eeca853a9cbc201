namespace Aspire.Hosting;

public class DistributedApplicationExecutionContextOptions
{
    public DistributedApplicationExecutionContextOptions(DistributedApplicationOperation operation) => Operation = operation;

    public DistributedApplicationExecutionContextOptions(DistributedApplicationOperation operation, string publisherName)
        : this(operation) => PublisherName = publisherName;

    public DistributedApplicationOperation Operation { get; }

    public string? PublisherName { get; }

    public IServiceProvider? ServiceProvider { get; set; }
}
