using Microsoft.Extensions.Hosting;

namespace Aspire.Hosting.Testing;

/// <summary>
/// Runs the entry point of an AppHost within the test and takes over the application that it builds.
///
/// The entry point runs on a thread of its own. Its builder is changed for tests when it is made, and handed over when the entry point
/// calls Build, which waits until the test lets it go on. The entry point then sees an application that starts when the test starts it and
/// ends when the test ends it.
/// </summary>
public class DistributedApplicationFactory : IDisposable, IAsyncDisposable
{
    private static readonly TimeSpan EntryPointEndTime = TimeSpan.FromSeconds(10);

    private readonly string[] _args;
    private readonly EntryPoint _entryPoint;
    private readonly TaskCompletionSource<DistributedApplicationBuilder> _building = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource<DistributedApplication> _built = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _mayBuild = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Lock _sync = new();
    private EntryPointHost? _entryPointHost;
    private Task? _run;
    private int _disposed;

    private DistributedApplication Application =>
        _built.Task.IsCompletedSuccessfully
            ? _built.Task.Result
            : throw new InvalidOperationException("The application has not been started: call StartAsync first.");

    public DistributedApplicationFactory(Type entryPoint)
        : this(entryPoint, []) { }

    public DistributedApplicationFactory(Type entryPoint, string[] args)
    {
        ArgumentNullException.ThrowIfNull(entryPoint);
        ArgumentNullException.ThrowIfNull(args);
        _args = args;
        _entryPoint = new EntryPoint(entryPoint.Assembly);
    }

    public async Task StartAsync(CancellationToken cancellationToken = default)
    {
        var application = await BuildApplicationAsync(cancellationToken);
        await application.StartAsync(cancellationToken);
    }

    public HttpClient CreateHttpClient(string resourceName, string? endpointName = null) =>
        Application.CreateHttpClient(resourceName, endpointName);

    public Uri GetEndpoint(string resourceName, string? endpointName = null) => Application.GetEndpoint(resourceName, endpointName);

    public ValueTask<string?> GetConnectionString(string resourceName) => Application.GetConnectionStringAsync(resourceName);

    public virtual void Dispose()
    {
        DisposeAsync().AsTask().GetAwaiter().GetResult();
        GC.SuppressFinalize(this);
    }

    public virtual async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) == 1)
        {
            return;
        }
        GC.SuppressFinalize(this);
        if (_built.Task.IsCompletedSuccessfully)
        {
            await _built.Task.Result.DisposeAsync();
        }
        // An entry point that still waits to build is let go with an exception that ends it.
        _mayBuild.TrySetException(new ObjectDisposedException(nameof(DistributedApplicationFactory)));
        _entryPointHost?.End();
        if (_run is not null)
        {
            await Task.WhenAny(_run, Task.Delay(EntryPointEndTime));
        }
    }

    protected virtual void OnBuilderCreating(DistributedApplicationOptions applicationOptions, HostApplicationBuilderSettings hostOptions) { }

    protected virtual void OnBuilderCreated(DistributedApplicationBuilder applicationBuilder) { }

    protected virtual void OnBuilding(DistributedApplicationBuilder applicationBuilder) { }

    protected virtual void OnBuilt(DistributedApplication application) { }

    /// <summary>Runs the entry point up to its call of Build.</summary>
    internal async Task<DistributedApplicationBuilder> GetBuilderAsync(CancellationToken cancellationToken)
    {
        lock (_sync)
        {
            ObjectDisposedException.ThrowIf(_disposed == 1, this);
            _run ??= RunEntryPointAsync();
        }
        return await _building.Task.WaitAsync(cancellationToken);
    }

    /// <summary>Lets the entry point build.</summary>
    internal async Task<DistributedApplication> BuildApplicationAsync(CancellationToken cancellationToken)
    {
        await GetBuilderAsync(cancellationToken);
        _mayBuild.TrySetResult();
        return await _built.Task.WaitAsync(cancellationToken);
    }

    private async Task RunEntryPointAsync()
    {
        var hooks = new ApplicationHooks
        {
            BuilderCreating = (options, settings) =>
            {
                TestDefaults.Apply(options, settings, _entryPoint.Assembly);
                OnBuilderCreating(options, settings);
            },
            BuilderCreated = builder =>
            {
                TestDefaults.Apply(builder);
                OnBuilderCreated(builder);
            },
            Building = builder =>
            {
                OnBuilding(builder);
                _building.TrySetResult(builder);
                _mayBuild.Task.GetAwaiter().GetResult();
            },
            Built = application =>
            {
                OnBuilt(application);
                _entryPointHost = new EntryPointHost(application);
                _built.TrySetResult(application);
                return new DistributedApplication(_entryPointHost);
            },
        };
        try
        {
            var exitCode = await _entryPoint.RunAsync(_args, hooks);
            Fail(new InvalidOperationException($"The entry point of {_entryPoint.Assembly.GetName().Name} ended with exit code {exitCode} before it built an application."));
        }
        catch (Exception e)
        {
            // Whoever waits for the builder or the application gets it.
            Fail(e);
        }

        void Fail(Exception reason)
        {
            _building.TrySetException(reason);
            _built.TrySetException(reason);
            _ = _building.Task.Exception;
            _ = _built.Task.Exception;
        }
    }
}
