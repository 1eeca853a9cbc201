using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Xunit;

namespace KvStore.Tests.StandIns.Aspire;

[Collection(nameof(RealApplications))]
public sealed class SideBySideTests
{
    [Fact]
    public async Task Applications_with_the_same_names_and_ports_do_not_disturb_one_another()
    {
        var apps = await Task.WhenAll(Enumerable.Range(0, 3).Select(_ => TestApplication.StartAsync(Describe)));
        try
        {
            Assert.Equal(3, apps.Select(app => app.Endpoint("one").Port).Distinct().Count());
            var ids = await Task.WhenAll(apps.Select(async app => (await app.HealthyAsync("one")).ProcessId()));
            Processes.Kill(ids[0]);
            await apps[0].EndedAsync("one");
            await apps[2].DisposeAsync();

            using var client = apps[1].Client("one");
            Assert.Equal($"{ids[1]}", await client.GetStringAsync("/pid", TestApplication.Cancellation));
            Assert.Equal("Exited 137 -|Running - Healthy", $"{await apps[0].DescribeAsync("one")}|{await apps[1].DescribeAsync("one")}");
        }
        finally
        {
            foreach (var app in apps)
            {
                await app.DisposeAsync();
            }
        }

        static void Describe(IDistributedApplicationBuilder builder) =>
            builder.AddSample("one", SampleProgram.Service).WithHttpEndpoint(port: 8001, env: "SAMPLE_PORT").WithHttpHealthCheck("/health");
    }

    [Fact]
    public async Task The_entry_point_of_an_AppHost_is_run_with_the_arguments_and_its_builder_handed_over()
    {
        await using var one = await DistributedApplicationTestingBuilder.CreateAsync<Projects.KvStore_AppHost>(
            ["--nodes", "2", "--spares", "0", "--replication", "1", "--ports", "free", "--ephemeral"],
            (options, _) => options.DashboardApplicationName = "changed",
            TestApplication.Cancellation
        );
        await using var two = await DistributedApplicationTestingBuilder.CreateAsync<Projects.KvStore_AppHost>(
            ["--nodes", "3", "--spares", "1", "--ports", "free", "--ephemeral"],
            TestApplication.Cancellation
        );
        Assert.Equal(
            ("demo node1 node2 web", "demo node1 node2 node3 node4 web", Path.GetFullPath(Projects.KvStore_AppHost.ProjectPath), "Development"),
            (Names(one), Names(two), one.AppHostDirectory, one.Environment.EnvironmentName)
        );

        static string Names(IDistributedApplicationBuilder builder) => string.Join(' ', builder.Resources.Select(resource => resource.Name));
    }

    [Fact]
    public async Task An_entry_point_that_refuses_its_arguments_fails_the_test_that_gave_them()
    {
        var refused = await Assert.ThrowsAsync<InvalidOperationException>(() =>
            DistributedApplicationTestingBuilder.CreateAsync<Projects.KvStore_AppHost>(["--nodes", "0"], TestApplication.Cancellation)
        );
        Assert.Equal("The entry point of KvStore.AppHost ended with exit code 2 before it built an application.", refused.Message);
    }

    [Fact]
    public async Task An_application_has_no_addresses_before_it_is_started()
    {
        await using var builder = TestApplication.CreateBuilder();
        builder.AddSample("one", SampleProgram.Service).WithHttpEndpoint(env: "SAMPLE_PORT");
        await using var app = await builder.BuildAsync(TestApplication.Cancellation);
        Assert.Throws<InvalidOperationException>(() => app.CreateHttpClient("one"));
        await app.StartAsync(TestApplication.Cancellation);
        using var client = app.CreateHttpClient("one");
        Assert.Equal(
            "There is no resource named 'two'. (Parameter 'resourceName')|The resource 'one' has no endpoint named 'x'.",
            $"{Record.Exception(() => app.GetEndpoint("two"))?.Message}|{Record.Exception(() => app.GetEndpoint("one", "x"))?.Message}"
        );
    }

    [Fact]
    public async Task What_resources_write_goes_to_the_loggers_under_test()
    {
        var provider = new KeptLines();
        await using var builder = DistributedApplicationTestingBuilder.Create();
        builder.Services.AddLogging(logging => logging.ClearProviders().AddProvider(provider));
        builder.AddSample("one", SampleProgram.Prints, "said", "complained");
        await using var app = await builder.BuildAsync(TestApplication.Cancellation);
        await app.StartAsync(TestApplication.Cancellation);
        await provider.CountAsync(2, TestApplication.Cancellation);
        Assert.Equal(
            [$"Error {builder.Environment.ApplicationName}.Resources.one: complained", $"Information {builder.Environment.ApplicationName}.Resources.one: said"],
            provider.Lines
        );
    }

    /// <summary>Lines of resources, in the order of their text.</summary>
    private sealed class KeptLines : ILoggerProvider
    {
        private readonly SortedSet<string> _lines = new(StringComparer.Ordinal);
        private readonly SemaphoreSlim _added = new(0);

        public List<string> Lines => [.. _lines];

        public async Task CountAsync(int count, CancellationToken cancellationToken)
        {
            for (var i = 0; i < count; i++)
            {
                Assert.True(await _added.WaitAsync(TimeSpan.FromSeconds(60), cancellationToken), $"{i} of {count} lines came");
            }
        }

        public ILogger CreateLogger(string categoryName) => new CategoryLogger(this, categoryName);

        public void Dispose() => _added.Dispose();

        private sealed class CategoryLogger(KeptLines kept, string category) : ILogger
        {
            public IDisposable? BeginScope<TState>(TState state)
                where TState : notnull => null;

            public bool IsEnabled(LogLevel logLevel) => true;

            public void Log<TState>(LogLevel level, EventId id, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
            {
                if (!category.Contains(".Resources.", StringComparison.Ordinal))
                {
                    return;
                }
                lock (kept._lines)
                {
                    kept._lines.Add($"{level} {category}: {formatter(state, exception)}");
                }
                kept._added.Release();
            }
        }
    }
}
