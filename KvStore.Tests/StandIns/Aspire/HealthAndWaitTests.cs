using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Xunit;

namespace KvStore.Tests.StandIns.Aspire;

[Collection(nameof(RealApplications))]
public sealed class HealthAndWaitTests
{
    [Fact]
    public async Task A_resource_is_healthy_when_its_check_says_so_and_those_that_wait_start_then()
    {
        var healthy = Path.Combine(Path.GetTempPath(), $"healthy-{Guid.NewGuid():N}");
        await using var app = await TestApplication.StartAsync(builder =>
        {
            var first = builder
                .AddSample("first", SampleProgram.Service)
                .WithHttpEndpoint(env: "SAMPLE_PORT")
                .WithHttpHealthCheck("/health")
                .WithEnvironment("SAMPLE_HEALTHY", healthy);
            builder.AddSample("second", SampleProgram.Stubborn).WaitFor(first);
            builder.AddSample("third", SampleProgram.Stubborn).WaitForStart(first);
        });
        try
        {
            var unhealthy = await app.Notifications.WaitForResourceAsync(
                "first",
                change => change.Snapshot.HealthReports is [{ Description: { } text }] && text.Contains("503", StringComparison.Ordinal),
                TestApplication.Cancellation
            );
            await app.StateAsync("third", KnownResourceStates.Running);
            var waiting = await app.DescribeAsync("second");
            await File.WriteAllTextAsync(healthy, "", TestApplication.Cancellation);
            var second = await app.HealthyAsync("second");
            var first = await app.HealthyAsync("first");

            var report = Assert.Single(unhealthy.Snapshot.HealthReports);
            Assert.Equal(
                (
                    "first_http_/health_200_check",
                    HealthStatus.Unhealthy,
                    $"http://localhost:{app.Endpoint("first").Port}/health answered 503; 200 was expected.",
                    HealthStatus.Unhealthy,
                    "Waiting - -",
                    HealthStatus.Healthy
                ),
                (report.Name, report.Status, report.Description, unhealthy.Snapshot.HealthStatus, waiting, first.Snapshot.HealthReports[0].Status)
            );
            Assert.True(second.Snapshot.StartTimeStamp >= first.Snapshot.HealthReports[0].LastRunAt);
        }
        finally
        {
            File.Delete(healthy);
        }
    }

    [Fact]
    public async Task Health_begins_anew_when_a_resource_is_started_again()
    {
        await using var app = await TestApplication.StartAsync(builder =>
            builder.AddSample("one", SampleProgram.Service).WithHttpEndpoint(env: "SAMPLE_PORT").WithHttpHealthCheck("/health")
        );
        await app.HealthyAsync("one");
        await app.CommandAsync("one", KnownResourceCommands.StopCommand);
        var stopped = await app.DescribeAsync("one");
        await app.CommandAsync("one", KnownResourceCommands.StartCommand);
        var again = await app.HealthyAsync("one");
        Assert.Equal(
            ("Finished 0 -", HealthStatus.Healthy, true),
            (stopped, again.Snapshot.HealthStatus, again.Snapshot.HealthReports[0].LastRunAt >= again.Snapshot.StartTimeStamp)
        );
    }

    [Fact]
    public async Task Subscribers_hold_readiness_up_and_hear_of_the_end()
    {
        var heard = new List<string>();
        var stop = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var app = await TestApplication.StartAsync(builder =>
            builder
                .AddSample("one", SampleProgram.Stubborn)
                .OnBeforeResourceStarted((one, _, _) => Hear($"before start of {one.Name}"))
                .OnResourceReady((_, _, _) => Hear("ready"))
                .OnResourceStopped(
                    (_, stopped, _) =>
                    {
                        stop.SetResult($"{stopped.ResourceEvent.Snapshot.State?.Text} {stopped.ResourceEvent.Snapshot.ExitCode}");
                        return Task.CompletedTask;
                    }
                )
        );
        await app.HealthyAsync("one");
        Assert.Equal(["before start of one", "ready"], heard);

        Processes.Kill((await app.StateAsync("one", KnownResourceStates.Running)).ProcessId());
        Assert.Equal("Exited 137", await stop.Task.WaitAsync(TimeSpan.FromSeconds(60), TestApplication.Cancellation));

        Task Hear(string what)
        {
            lock (heard)
            {
                heard.Add(what);
            }
            return Task.CompletedTask;
        }
    }

    [Fact]
    public async Task Events_come_in_upstreams_order()
    {
        var heard = new List<string>();
        await using var app = await TestApplication.StartAsync(builder =>
        {
            builder.OnBeforeStart((_, _) => Hear("before start"));
            builder.Eventing.Subscribe<AfterResourcesCreatedEvent>((_, _) => Hear("after resources created"));
            var one = builder
                .AddSample("one", SampleProgram.Service)
                .WithHttpEndpoint(env: "SAMPLE_PORT")
                .OnResourceEndpointsAllocated((one, _, _) => Hear($"endpoints of {one.Name} at {(one.GetEndpoint("http").IsAllocated ? "a port" : "none")}"))
                .OnBeforeResourceStarted((one, _, _) => Hear($"before start of {one.Name}"));
            builder
                .AddConnectionString("store", ReferenceExpression.Create($"at {one.GetEndpoint("http")}"))
                .OnConnectionStringAvailable((store, _, _) => Hear($"connection string of {store.Name}"));
        });
        Assert.Equal(
            [
                "before start",
                "endpoints of one at a port",
                "connection string of store",
                "before start of one",
                "after resources created",
            ],
            heard
        );

        Task Hear(string what)
        {
            lock (heard)
            {
                heard.Add(what);
            }
            return Task.CompletedTask;
        }
    }

    [Fact]
    public async Task A_resource_of_ones_own_that_fails_to_begin_says_so()
    {
        await using var app = await TestApplication.StartAsync(builder =>
            builder.AddResource(new Own("own")).OnInitializeResource((_, _, _) => throw new InvalidOperationException("no place"))
        );
        Assert.Equal("A subscriber to InitializeResourceEvent failed: no place", (await app.LinesAsync("own", 1))[0]);
    }

    [Fact]
    public async Task A_wait_for_a_resource_that_fails_or_does_not_exist_ends_with_the_reason()
    {
        await using var app = await TestApplication.StartAsync(builder =>
        {
            // It never answers, so it is never healthy.
            var failing = builder.AddSample("failing", SampleProgram.Ends, "7").WithHttpEndpoint().WithHttpHealthCheck("/health");
            builder.AddSample("one", SampleProgram.Stubborn).WaitFor(failing);
        });
        var failed = await Assert.ThrowsAsync<DistributedApplicationException>(() => app.HealthyAsync("failing"));
        var absent = await Assert.ThrowsAsync<DistributedApplicationException>(() => app.HealthyAsync("absent"));
        await app.EndedAsync("one");
        Assert.Equal(
            (
                "Stopped waiting for 'failing' to be healthy: it is Exited with exit code 7.",
                "There is no resource named 'absent' to wait for.",
                "FailedToStart - -",
                "'one' waits for 'failing' in vain: it is Exited with exit code 7."
            ),
            (failed.Message, absent.Message, await app.DescribeAsync("one"), (await app.LinesAsync("one", 1))[0])
        );
    }

    [Fact]
    public async Task Completion_is_waited_for_with_its_exit_code()
    {
        await using var app = await TestApplication.StartAsync(builder =>
        {
            var prepared = builder.AddSample("prepared", SampleProgram.Ends, "0");
            var odd = builder.AddSample("odd", SampleProgram.Ends, "4");
            builder.AddSample("one", SampleProgram.Stubborn).WaitForCompletion(prepared);
            builder.AddSample("two", SampleProgram.Stubborn).WaitForCompletion(odd, exitCode: 4);
            builder.AddSample("three", SampleProgram.Stubborn).WaitForCompletion(odd);
        });
        await app.StateAsync("one", KnownResourceStates.Running);
        await app.StateAsync("two", KnownResourceStates.Running);
        await app.EndedAsync("three");
        Assert.Equal(
            ["'three' waits for 'odd' to end with exit code 0, but it is Exited with exit code 4."],
            await app.LinesAsync("three", 1)
        );
    }

    [Fact]
    public async Task A_wait_that_does_not_stop_goes_on_until_the_resource_is_started_again()
    {
        await using var app = await TestApplication.StartAsync(builder =>
        {
            var first = builder.AddSample("first", SampleProgram.Stubborn).WithExplicitStart();
            builder.AddSample("second", SampleProgram.Stubborn).WaitFor(first, WaitBehavior.WaitOnResourceUnavailable);
        });
        await app.StateAsync("second", KnownResourceStates.Waiting);
        await app.CommandAsync("first", KnownResourceCommands.StartCommand);
        await app.HealthyAsync("second");
    }

    [Fact]
    public async Task A_waiting_resource_can_be_stopped()
    {
        await using var app = await TestApplication.StartAsync(builder =>
        {
            var first = builder.AddSample("first", SampleProgram.Stubborn).WithExplicitStart();
            builder.AddSample("second", SampleProgram.Stubborn).WaitFor(first);
        });
        await app.StateAsync("second", KnownResourceStates.Waiting);
        await app.CommandAsync("second", KnownResourceCommands.StopCommand);
        Assert.Equal("NotStarted - -", await app.DescribeAsync("second"));
    }

    [Fact]
    public async Task Resources_that_wait_in_a_circle_are_named_before_anything_starts()
    {
        var refused = await Assert.ThrowsAsync<DistributedApplicationException>(() =>
            TestApplication.StartAsync(builder =>
            {
                var a = builder.AddSample("a", SampleProgram.Stubborn);
                var b = builder.AddSample("b", SampleProgram.Stubborn).WaitFor(a);
                var c = builder.AddSample("c", SampleProgram.Stubborn).WaitFor(b);
                a.WaitFor(c);
            })
        );
        Assert.Equal("Resources wait for each other in a circle: 'a' waits for 'c' waits for 'b' waits for 'a'.", refused.Message);
    }

    [Fact]
    public async Task A_project_that_was_not_built_is_named_with_the_command_that_builds_it()
    {
        var directory = Directory.CreateTempSubdirectory("unbuilt-");
        var project = Path.Combine(directory.FullName, "Un.Built.csproj");
        await File.WriteAllTextAsync(
            project,
            """<Project Sdk="Microsoft.NET.Sdk"><PropertyGroup><TargetFramework>net10.0</TargetFramework></PropertyGroup></Project>""",
            TestApplication.Cancellation
        );
        try
        {
            var refused = await Assert.ThrowsAsync<DistributedApplicationException>(() =>
                TestApplication.StartAsync(builder =>
                {
                    builder.AddProject("one", project);
                    builder.AddProject("two", Path.Combine(directory.FullName, "Absent.csproj"));
                })
            );
            Assert.Matches(
                $"^The project of 'one' has not been built: there is no {directory.FullName}/bin/.*/net10.0/Un.Built.dll. Run: dotnet build {project}\n"
                    + $"The project of 'two' does not exist: {directory.FullName}/Absent.csproj$",
                refused.Message
            );
        }
        finally
        {
            directory.Delete(recursive: true);
        }
    }

    private sealed class Own(string name) : Resource(name);
}
