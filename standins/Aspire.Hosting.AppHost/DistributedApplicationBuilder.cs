using System.Reflection;
using System.Security.Cryptography;
using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Dashboard;
using Aspire.Hosting.Eventing;
using Aspire.Hosting.Orchestration;
using Aspire.Hosting.Publishing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Aspire.Hosting;

/// <inheritdoc />
public class DistributedApplicationBuilder : IDistributedApplicationBuilder
{
    private const string ProjectDirectoryKey = "apphostprojectpath";
    private const string ProjectFileKey = "apphostprojectname";

    private static readonly Dictionary<string, string> Switches = new(StringComparer.OrdinalIgnoreCase)
    {
        ["--operation"] = "AppHost:Operation",
        ["--publisher"] = "Publishing:Publisher",
        ["--output-path"] = "Publishing:OutputPath",
    };

    private readonly ApplicationHooks? _hooks = ApplicationHooks.Current;
    private readonly DistributedApplicationOptions _options;
    private readonly DistributedApplicationExecutionContextOptions _executionContextOptions;
    private readonly HostApplicationBuilder _host;
    private readonly DistributedApplicationEventing _eventing = new();

    public DistributedApplicationBuilder(string[] args)
        : this(new DistributedApplicationOptions { Args = args }) { }

    public DistributedApplicationBuilder(DistributedApplicationOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        _options = options;
        var settings = new HostApplicationBuilderSettings { Args = options.Args };
        _hooks?.BuilderCreating(options, settings);

        AppHostAssembly = options.AssemblyName is { } assembly ? Assembly.Load(assembly) : Assembly.GetEntryAssembly();
        AppHostDirectory = options.ProjectDirectory ?? Metadata(ProjectDirectoryKey) ?? Directory.GetCurrentDirectory();
        AppHostPath = Path.Combine(AppHostDirectory, Metadata(ProjectFileKey) ?? AppHostAssembly?.GetName().Name ?? string.Empty);
        settings.ContentRootPath ??= Directory.Exists(AppHostDirectory) ? AppHostDirectory : AppContext.BaseDirectory;
        settings.ApplicationName ??= AppHostAssembly?.GetName().Name;
        _host = new HostApplicationBuilder(settings);
        AddConfiguration();

        _executionContextOptions = ReadOperation();
        ExecutionContext = new DistributedApplicationExecutionContext(_executionContextOptions);
        AddServices();
        _hooks?.BuilderCreated(this);
    }

    public ConfigurationManager Configuration => _host.Configuration;

    public string AppHostDirectory { get; }

    public string AppHostPath { get; }

    public Assembly? AppHostAssembly { get; }

    public IHostEnvironment Environment => _host.Environment;

    public IServiceCollection Services => _host.Services;

    public IDistributedApplicationEventing Eventing => _eventing;

    public DistributedApplicationExecutionContext ExecutionContext { get; }

    public IResourceCollection Resources { get; } = new ResourceCollection();

    public IResourceBuilder<T> AddResource<T>(T resource)
        where T : IResource
    {
        ArgumentNullException.ThrowIfNull(resource);
        Resources.Add(resource);
        return CreateResourceBuilder(resource);
    }

    public IResourceBuilder<T> CreateResourceBuilder<T>(T resource)
        where T : IResource => new ResourceBuilder<T>(this, resource);

    public DistributedApplication Build()
    {
        _hooks?.Building(this);
        var host = _host.Build();
        _executionContextOptions.ServiceProvider = host.Services;
        var loggers = host.Services.GetRequiredService<ResourceLoggerService>();
        _eventing.Failed = (@event, failure) =>
            (@event is IDistributedApplicationResourceEvent { Resource: var resource } ? loggers.GetLogger(resource) : Logger(host)).LogError(
                failure,
                "A subscriber to {Event} failed: {Reason}",
                @event.GetType().Name,
                failure.Message
            );
        var application = new DistributedApplication(new PreparedHost(host));
        return _hooks?.Built(application) ?? application;
    }

    private static ILogger Logger(IHost host) => host.Services.GetRequiredService<ILogger<DistributedApplicationEventing>>();

    private string? Metadata(string key) =>
        AppHostAssembly
            ?.GetCustomAttributes<AssemblyMetadataAttribute>()
            .FirstOrDefault(attribute => string.Equals(attribute.Key, key, StringComparison.OrdinalIgnoreCase))
            ?.Value;

    private void AddConfiguration()
    {
        // The host has read the arguments already, but without our switches; a switch by its own name would shadow nothing.
        if (_options.Args is { Length: > 0 } args)
        {
            Configuration.AddCommandLine(args, Switches);
        }
        Configuration.AddInMemoryCollection(
            new Dictionary<string, string?>
            {
                ["AppHost:Directory"] = AppHostDirectory,
                ["AppHost:Path"] = AppHostPath,
                // One key for each run: whoever receives telemetry can tell ours from anybody else's.
                ["AppHost:OtlpApiKey"] = Configuration["AppHost:OtlpApiKey"] ?? RandomNumberGenerator.GetHexString(32, lowercase: true),
            }
        );
    }

    private DistributedApplicationExecutionContextOptions ReadOperation()
    {
        var publisher = Configuration["Publishing:Publisher"];
        var operation = Configuration["AppHost:Operation"];
        return operation?.ToLowerInvariant() switch
        {
            "publish" => new(DistributedApplicationOperation.Publish, publisher ?? ManifestPublisher.Name),
            "run" => new(DistributedApplicationOperation.Run),
            null or "" when publisher is not null => new(DistributedApplicationOperation.Publish, publisher),
            null or "" => new(DistributedApplicationOperation.Run),
            _ => throw new DistributedApplicationException($"--operation must be 'run' or 'publish', not '{operation}'."),
        };
    }

    private void AddServices()
    {
        Services.AddSingleton(_options);
        Services.AddSingleton(ExecutionContext);
        Services.AddSingleton(Eventing);
        Services.AddSingleton(_ => new DistributedApplicationModel(Resources));
        Services.AddSingleton<ResourceLoggerService>();
        Services.AddSingleton<ResourceNotificationService>();
        Services.AddSingleton(services => new ResourceCommandService(
            services.GetRequiredService<DistributedApplicationModel>(),
            services.GetRequiredService<ResourceLoggerService>(),
            services
        ));
        Services.AddHealthChecks();
        Services.Configure<HostOptions>(host => host.ShutdownTimeout = TimeSpan.FromSeconds(30));
        // Nobody looks at a dashboard and starts a failed resource again, so waiting for one is vain.
        Services.Configure<ResourceNotificationServiceOptions>(notifications =>
            notifications.DefaultWaitBehavior = _options.DisableDashboard
                ? WaitBehavior.StopOnResourceUnavailable
                : WaitBehavior.WaitOnResourceUnavailable
        );

        _host.Logging.AddFilter("Microsoft.Hosting.Lifetime", LogLevel.Warning);
        _host.Logging.AddFilter("Microsoft.Extensions.Diagnostics.HealthChecks.DefaultHealthCheckService", LogLevel.None);

        if (ExecutionContext.IsPublishMode)
        {
            AddRun<ManifestPublisher>();
            return;
        }
        Services.AddSingleton<BuiltOutputs>(_ => new BuiltOutputs(AppHostAssembly));
        Services.AddSingleton<LaunchPlanner>();
        AddDashboard();
        Services.AddHostedService<ResourceLogForwarder>();
        if (_hooks is null)
        {
            Services.AddHostedService<AddressBoard>();
        }
        Services.AddHostedService<ResourceHealthLoop>();
        AddRun<ApplicationOrchestrator>();
    }

    /// <summary>First of what is started and last of what is stopped, so that it hears everything.</summary>
    private void AddDashboard()
    {
        var randomizePorts = Configuration.GetValue(ApplicationOrchestrator.RandomizePortsKey, defaultValue: false);
        if (!_options.DisableDashboard && DashboardSettings.Choose(Configuration, randomizePorts) is { } settings)
        {
            Services.AddSingleton(settings);
            Services.AddSingleton<DashboardHost>();
            Services.AddHostedService(services => services.GetRequiredService<DashboardHost>());
        }
    }

    private void AddRun<T>()
        where T : class, IApplicationRun, IHostedService
    {
        Services.AddSingleton<T>();
        Services.AddSingleton<IApplicationRun>(services => services.GetRequiredService<T>());
        Services.AddHostedService(services => services.GetRequiredService<T>());
    }
}
