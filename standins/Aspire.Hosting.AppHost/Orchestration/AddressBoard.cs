using System.Text;
using Aspire.Hosting.ApplicationModel;
using Microsoft.Extensions.Hosting;

namespace Aspire.Hosting.Orchestration;

/// <summary>
/// Prints where each resource is reached as soon as it is healthy, and one table of all of them when everything
/// that starts by itself runs or has failed.
/// </summary>
internal sealed class AddressBoard(
    DistributedApplicationModel model,
    ResourceNotificationService notifications,
    IHostEnvironment environment
) : IHostedService, IDisposable
{
    private readonly Dictionary<string, CustomResourceSnapshot> _settled = new(StringComparer.OrdinalIgnoreCase);
    private IDisposable? _subscription;
    private bool _isPrinted;

    public Task StartAsync(CancellationToken cancellationToken)
    {
        _subscription = notifications.Subscribe(Follow);
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken)
    {
        Dispose();
        return Task.CompletedTask;
    }

    public void Dispose() => _subscription?.Dispose();

    private void Follow(ResourceEvent change)
    {
        if (change.Resource is not (ProjectResource or ExecutableResource))
        {
            return;
        }
        var wasReady = IsReady(change.Resource);
        if (ResourceWaits.IsReady(change.Snapshot) || ResourceWaits.HasEnded(change.Snapshot))
        {
            _settled[change.ResourceId] = change.Snapshot;
        }
        else if (change.Snapshot.State?.Text != KnownResourceStates.Running)
        {
            _settled.Remove(change.ResourceId);
        }
        if (!wasReady && IsReady(change.Resource))
        {
            Console.WriteLine($"{change.Resource.Name} is ready: {Addresses(change.Snapshot)}");
        }

        var awaited = model
            .Resources.Where(resource => resource is ProjectResource or ExecutableResource)
            .Where(resource => !resource.HasAnnotationOfType<ExplicitStartupAnnotation>());
        if (!_isPrinted && awaited.All(resource => ResourceInstance.Of(resource).All(instance => _settled.ContainsKey(instance.Id))))
        {
            _isPrinted = true;
            Print(awaited.ToList());
        }
    }

    private bool IsReady(IResource resource) =>
        ResourceInstance.Of(resource).All(instance => _settled.TryGetValue(instance.Id, out var snapshot) && ResourceWaits.IsReady(snapshot));

    private void Print(List<IResource> resources)
    {
        var width = resources.Select(resource => resource.Name.Length).DefaultIfEmpty(0).Max();
        var table = new StringBuilder().AppendLine().AppendLine($"{environment.ApplicationName} is running.");
        foreach (var resource in resources)
        {
            // Of a resource with replicas, what is not well with one of them is what is worth saying.
            var snapshots = ResourceInstance.Of(resource).Select(instance => _settled[instance.Id]).ToList();
            var snapshot = snapshots.Find(candidate => !ResourceWaits.IsReady(candidate)) ?? snapshots[0];
            var what = ResourceWaits.IsReady(snapshot) ? Addresses(snapshot) : ResourceWaits.DescribeEnd(snapshot);
            table.AppendLine($"  {resource.Name.PadRight(width)}  {what}");
        }
        Console.WriteLine(table.AppendLine("Press Ctrl+C to stop.").ToString());
    }

    private static string Addresses(CustomResourceSnapshot snapshot) =>
        string.Join(
            "  ",
            snapshot.Urls.Select(url => url.Name is null or "http" or "https" ? url.Url : $"{url.Name} {url.Url}").DefaultIfEmpty("no address")
        );
}
