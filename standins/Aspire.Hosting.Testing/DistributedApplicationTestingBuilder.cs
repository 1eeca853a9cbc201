using System.Reflection;
using Microsoft.Extensions.Hosting;

namespace Aspire.Hosting.Testing;

/// <summary>Makes applications for tests: from an AppHost's own entry point, or from nothing.</summary>
public static class DistributedApplicationTestingBuilder
{
    public static Task<IDistributedApplicationTestingBuilder> CreateAsync<TEntryPoint>(CancellationToken cancellationToken = default)
        where TEntryPoint : class => CreateAsync(typeof(TEntryPoint), cancellationToken);

    public static Task<IDistributedApplicationTestingBuilder> CreateAsync<TEntryPoint>(
        string[] args,
        CancellationToken cancellationToken = default
    )
        where TEntryPoint : class => CreateAsync(typeof(TEntryPoint), args, cancellationToken);

    public static Task<IDistributedApplicationTestingBuilder> CreateAsync<TEntryPoint>(
        string[] args,
        Action<DistributedApplicationOptions, HostApplicationBuilderSettings> configureBuilder,
        CancellationToken cancellationToken = default
    ) => CreateAsync(typeof(TEntryPoint), args, configureBuilder, cancellationToken);

    public static Task<IDistributedApplicationTestingBuilder> CreateAsync(Type entryPoint, CancellationToken cancellationToken = default) =>
        CreateAsync(entryPoint, [], cancellationToken);

    public static Task<IDistributedApplicationTestingBuilder> CreateAsync(
        Type entryPoint,
        string[] args,
        CancellationToken cancellationToken = default
    ) => CreateAsync(entryPoint, args, (_, _) => { }, cancellationToken);

    /// <summary>Runs the entry point with the arguments up to its call of Build. Its failure before that is thrown here.</summary>
    public static async Task<IDistributedApplicationTestingBuilder> CreateAsync(
        Type entryPoint,
        string[] args,
        Action<DistributedApplicationOptions, HostApplicationBuilderSettings> configureBuilder,
        CancellationToken cancellationToken = default
    )
    {
        ArgumentNullException.ThrowIfNull(configureBuilder);
        var factory = new ConfiguredFactory(entryPoint, args, configureBuilder);
        try
        {
            var builder = await factory.GetBuilderAsync(cancellationToken);
            return new TestingBuilder(builder, factory.BuildApplicationAsync, factory.DisposeAsync);
        }
        catch
        {
            await factory.DisposeAsync();
            throw;
        }
    }

    /// <summary>An application without an AppHost: the test describes all of it.</summary>
    public static IDistributedApplicationTestingBuilder Create(params string[] args) => Create(args, (_, _) => { });

    public static IDistributedApplicationTestingBuilder Create(
        string[] args,
        Action<DistributedApplicationOptions, HostApplicationBuilderSettings> configureBuilder
    )
    {
        ArgumentNullException.ThrowIfNull(configureBuilder);
        var earlier = ApplicationHooks.Current;
        DistributedApplication? built = null;
        ApplicationHooks.Current = new ApplicationHooks
        {
            BuilderCreating = (options, settings) =>
            {
                TestDefaults.Apply(options, settings, Assembly.GetEntryAssembly() ?? typeof(DistributedApplicationTestingBuilder).Assembly);
                configureBuilder(options, settings);
            },
            BuilderCreated = TestDefaults.Apply,
            Building = _ => { },
            Built = application => built = application,
        };
        try
        {
            var builder = new DistributedApplicationBuilder(new DistributedApplicationOptions { Args = args });
            return new TestingBuilder(
                builder,
                cancellationToken =>
                {
                    cancellationToken.ThrowIfCancellationRequested();
                    return Task.FromResult(builder.Build());
                },
                () => built?.DisposeAsync() ?? ValueTask.CompletedTask
            );
        }
        finally
        {
            ApplicationHooks.Current = earlier;
        }
    }

    private sealed class ConfiguredFactory(
        Type entryPoint,
        string[] args,
        Action<DistributedApplicationOptions, HostApplicationBuilderSettings> configure
    ) : DistributedApplicationFactory(entryPoint, args)
    {
        protected override void OnBuilderCreating(
            DistributedApplicationOptions applicationOptions,
            HostApplicationBuilderSettings hostOptions
        ) => configure(applicationOptions, hostOptions);
    }
}
