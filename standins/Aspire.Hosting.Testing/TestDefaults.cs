using System.Reflection;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Aspire.Hosting.Testing;

/// <summary>What is different under test: no dashboard, ports at random, what resources write goes to the loggers.</summary>
internal static class TestDefaults
{
    public static void Apply(DistributedApplicationOptions options, HostApplicationBuilderSettings settings, Assembly appHost)
    {
        options.AssemblyName ??= appHost.FullName;
        options.DisableDashboard = true;
        options.EnableResourceLogging = true;
        settings.Configuration ??= new ConfigurationManager();
        settings.Configuration.AddInMemoryCollection(
            new Dictionary<string, string?>
            {
                // Defaults: the environment and the arguments are read later and win.
                [HostDefaults.EnvironmentKey] = Environments.Development,
                ["DcpPublisher:RandomizePorts"] = "true",
            }
        );
    }

    public static void Apply(DistributedApplicationBuilder builder) =>
        // Signals are the test runner's; a killed runner leaves nothing behind either way.
        builder.Services.AddSingleton<IHostLifetime, TestLifetime>();

    private sealed class TestLifetime : IHostLifetime
    {
        public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
