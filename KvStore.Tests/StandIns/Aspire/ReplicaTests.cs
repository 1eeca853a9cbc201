using System.Text.RegularExpressions;
using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace KvStore.Tests.StandIns.Aspire;

/// <summary>One resource that is several processes.</summary>
[Collection(nameof(RealApplications))]
public sealed partial class ReplicaTests
{
    private const int AskedMax = 100_000;

    [Fact]
    public async Task Replicas_share_an_endpoint_and_have_ids_ports_and_telemetry_of_their_own()
    {
        await using var app = await TestApplication.StartAsync(builder =>
            builder.AddSampleProject("one", SampleProgram.Service).WithHttpEndpoint().WithHttpHealthCheck("/health").WithReplicas(3)
        );
        var replicas = await RunningAsync(app, 3);
        var seen = new HashSet<string>();
        var told = new HashSet<string>();
        // They share their health, which one that listens is enough for: the others are asked as soon as they listen. The second answer may be another's than the first.
        for (var asked = 0; asked < AskedMax && (seen.Count < replicas.Count || told.Count < replicas.Count); asked++)
        {
            using var client = app.Client("one");
            client.DefaultRequestHeaders.ConnectionClose = true;
            seen.Add(await client.GetStringAsync("/pid", TestApplication.Cancellation));
            var environment = (await client.GetStringAsync("/environment", TestApplication.Cancellation)).Split('\n');
            told.Add(string.Join(' ', environment.Where(line => line.StartsWith("OTEL_RESOURCE", StringComparison.Ordinal) || line.StartsWith("ASPNETCORE_URLS", StringComparison.Ordinal)).Order()));
        }

        Assert.All(replicas, replica => Assert.Matches(Id(), replica.ResourceId));
        Assert.Equal(replicas.Select(replica => $"{replica.ProcessId()}").Order(), seen.Order());
        Assert.Equal(3, told.Select(line => line.Split(' ')[0]).Distinct().Count());
        Assert.Equal(
            replicas.Select(replica => $"OTEL_RESOURCE_ATTRIBUTES=service.instance.id={replica.ResourceId["one-".Length..]}").Order(),
            told.Select(line => line.Split(' ')[1]).Order()
        );
    }

    [Fact]
    public async Task Replicas_are_commanded_one_by_one_by_their_id_and_together_by_their_name()
    {
        await using var app = await TestApplication.StartAsync(builder =>
            builder.AddSampleProject("one", SampleProgram.Service).WithHttpEndpoint().WithHttpHealthCheck("/health").WithReplicas(2)
        );
        var (first, second) = (await RunningAsync(app, 2)) switch { [var a, var b] => (a, b), _ => throw new InvalidOperationException() };

        var stopped = await app.CommandAsync(first.ResourceId, KnownResourceCommands.StopCommand);
        var one = $"{await app.DescribeAsync(first.ResourceId)}|{await app.DescribeAsync(second.ResourceId)}";
        using (var client = app.Client("one"))
        {
            Assert.Equal($"{second.ProcessId()}", await client.GetStringAsync("/pid", TestApplication.Cancellation));
        }
        var started = await app.CommandAsync(first.ResourceId, KnownResourceCommands.StartCommand);
        await app.HealthyAsync(first.ResourceId);
        var both = await app.CommandAsync("one", KnownResourceCommands.StopCommand);

        Assert.Equal(
            (true, "Finished 0 -|Running - Healthy", true, true, "Finished|Finished"),
            (
                stopped.Success,
                one,
                started.Success,
                both.Success,
                $"{(await app.DescribeAsync(first.ResourceId)).Split(' ')[0]}|{(await app.DescribeAsync(second.ResourceId)).Split(' ')[0]}"
            )
        );
    }

    [Fact]
    public async Task Who_waits_for_a_resource_waits_for_all_its_replicas_and_readiness_is_told_once()
    {
        var ready = 0;
        await using var app = await TestApplication.StartAsync(builder =>
        {
            var one = builder
                .AddSampleProject("one", SampleProgram.Stubborn)
                .WithReplicas(2)
                .WithExplicitStart()
                .OnResourceReady(
                    (_, _, _) =>
                    {
                        Interlocked.Increment(ref ready);
                        return Task.CompletedTask;
                    }
                );
            builder.AddSample("two", SampleProgram.Stubborn).WaitFor(one);
            builder.AddSample("other", SampleProgram.Service).WithHttpEndpoint(env: "SAMPLE_PORT").WithHttpHealthCheck("/health").WithExplicitStart();
        });
        var ids = (await app.InstancesAsync("one", 2, _ => true)).Select(change => change.ResourceId).ToList();
        await app.CommandAsync(ids[0], KnownResourceCommands.StartCommand);
        await app.HealthyAsync(ids[0]);
        // A program started after that is healthy before the other replica is started: who did not wait for both would run by then.
        await app.CommandAsync("other", KnownResourceCommands.StartCommand);
        await app.HealthyAsync("other");
        var waiting = await app.DescribeAsync("two");
        await app.CommandAsync(ids[1], KnownResourceCommands.StartCommand);
        await app.HealthyAsync("two");
        Assert.Equal(("Waiting - -", 1), (waiting, ready));
    }

    [Fact]
    public async Task Lines_are_kept_for_each_replica_and_for_all_of_them()
    {
        await using var app = await TestApplication.StartAsync(builder => builder.AddSampleProject("one", SampleProgram.Parent).WithReplicas(2));
        var all = await app.LinesAsync("one", 2);
        var ids = (await RunningAsync(app, 2)).Select(change => change.ResourceId).ToList();
        var loggers = app.Services.GetRequiredService<ResourceLoggerService>();
        var single = new List<string>();
        foreach (var id in ids)
        {
            await foreach (var batch in loggers.GetAllAsync(id))
            {
                single.Add(Assert.Single(batch).Content.Split(' ', 2)[1]);
            }
        }
        Assert.Equal((2, true), (all.Distinct().Count(), all.Order().SequenceEqual(single.Order())));
    }

    [GeneratedRegex("^one-[a-z]{8}$")]
    private static partial Regex Id();

    private static Task<List<ResourceEvent>> RunningAsync(TestApplication app, int count) =>
        app.InstancesAsync("one", count, change => change.Snapshot.State?.Text == KnownResourceStates.Running && change.Snapshot.HealthStatus == Microsoft.Extensions.Diagnostics.HealthChecks.HealthStatus.Healthy);
}
