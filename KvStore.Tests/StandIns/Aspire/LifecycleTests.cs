using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using Xunit;

namespace KvStore.Tests.StandIns.Aspire;

[Collection(nameof(RealApplications))]
public sealed class LifecycleTests
{
    [Fact]
    public async Task A_killed_process_is_exited_with_its_code_and_can_be_started_again_at_the_same_address()
    {
        await using var app = await TestApplication.StartAsync(builder =>
            builder.AddSample("one", SampleProgram.Service).WithHttpEndpoint(env: "SAMPLE_PORT").WithHttpHealthCheck("/health")
        );
        var first = (await app.HealthyAsync("one")).ProcessId();
        var address = app.Endpoint("one");

        Processes.Kill(first);
        await app.EndedAsync("one");
        var killed = await app.DescribeAsync("one");
        var started = await app.CommandAsync("one", KnownResourceCommands.StartCommand);
        var second = (await app.HealthyAsync("one")).ProcessId();
        using var client = app.Client("one");
        var answered = await client.GetStringAsync("/pid", TestApplication.Cancellation);

        Assert.Equal(
            ("Exited 137 -", true, address, $"{second}", true),
            (killed, started.Success, app.Endpoint("one"), answered, second != first)
        );
    }

    [Fact]
    public async Task A_process_killed_a_moment_ago_can_be_started_without_waiting_for_its_end()
    {
        await using var app = await TestApplication.StartAsync(builder => builder.AddSample("one", SampleProgram.Stubborn));
        for (var round = 0; round < 5; round++)
        {
            var before = (await app.StateAsync("one", KnownResourceStates.Running)).ProcessId();
            Processes.Kill(before);
            await Processes.GoneAsync($"round {round}", before, TestApplication.Cancellation);
            var started = await app.CommandAsync("one", KnownResourceCommands.StartCommand);
            var after = (await app.StateAsync("one", KnownResourceStates.Running)).ProcessId();
            Assert.Equal((true, true), (started.Success, before != after));
        }
    }

    [Theory]
    [InlineData("0", "Finished 0 -")]
    [InlineData("3", "Exited 3 -")]
    public async Task The_end_of_a_process_is_shown_with_its_exit_code(string code, string expected)
    {
        await using var app = await TestApplication.StartAsync(builder => builder.AddSample("one", SampleProgram.Ends, code));
        await app.EndedAsync("one");
        Assert.Equal(expected, await app.DescribeAsync("one"));
    }

    [Fact]
    public async Task Stop_ends_a_process_and_restart_replaces_it()
    {
        await using var app = await TestApplication.StartAsync(builder =>
            builder.AddSample("one", SampleProgram.Service).WithHttpEndpoint(env: "SAMPLE_PORT").WithHttpHealthCheck("/health")
        );
        var first = (await app.HealthyAsync("one")).ProcessId();
        var restarted = await app.CommandAsync("one", KnownResourceCommands.RestartCommand);
        var second = (await app.HealthyAsync("one")).ProcessId();
        var stopped = await app.CommandAsync("one", KnownResourceCommands.StopCommand);

        Assert.Equal(
            (true, true, true, "Finished 0 -", false, false),
            (
                restarted.Success,
                stopped.Success,
                first != second,
                await app.DescribeAsync("one"),
                Processes.IsAlive(first),
                Processes.IsAlive(second)
            )
        );
    }

    [Fact]
    public async Task A_process_deaf_to_SIGTERM_is_killed_after_six_seconds()
    {
        await using var app = await TestApplication.StartAsync(builder => builder.AddSample("one", SampleProgram.Stubborn));
        await app.LinesAsync("one", 1);
        var id = (await app.StateAsync("one", KnownResourceStates.Running)).ProcessId();
        var begun = TimeProvider.System.GetTimestamp();
        await app.CommandAsync("one", KnownResourceCommands.StopCommand);
        var took = TimeProvider.System.GetElapsedTime(begun);

        Assert.Equal(("Finished 137 -", false), (await app.DescribeAsync("one"), Processes.IsAlive(id)));
        Assert.InRange(took.TotalSeconds, 5.5, 30);
    }

    [Fact]
    public async Task What_a_program_started_itself_ends_with_it()
    {
        await using var app = await TestApplication.StartAsync(builder => builder.AddSample("one", SampleProgram.Parent));
        var child = int.Parse((await app.LinesAsync("one", 1))[0].Split(' ')[1]);
        var before = Processes.IsAlive(child);
        await app.CommandAsync("one", KnownResourceCommands.StopCommand);
        await Processes.GoneAsync("child of a stopped program", child, TestApplication.Cancellation);
        Assert.True(before);
    }

    [Fact]
    public async Task A_resource_with_explicit_start_waits_for_its_command()
    {
        await using var app = await TestApplication.StartAsync(builder => builder.AddSample("one", SampleProgram.Stubborn).WithExplicitStart());
        var before = await app.DescribeAsync("one");
        var commands = await CommandsAsync(app);
        await app.CommandAsync("one", KnownResourceCommands.StartCommand);
        Assert.Equal(
            ("NotStarted - -", "start:Enabled stop:Disabled restart:Disabled", "Running - Healthy", "start:Disabled stop:Enabled restart:Enabled"),
            (before, commands, (await app.HealthyAsync("one")) is not null ? await app.DescribeAsync("one") : "", await CommandsAsync(app))
        );
    }

    [Fact]
    public async Task Commands_of_ones_own_are_run_and_unknown_ones_refused()
    {
        await using var app = await TestApplication.StartAsync(builder =>
            builder
                .AddSample("one", SampleProgram.Stubborn)
                .WithCommand("greet", "Greet", context => Task.FromResult(CommandResults.Success($"hello {context.ResourceName[..4]}")))
                .WithCommand("fail", "Fail", _ => throw new InvalidOperationException("no"))
        );
        var greeted = await app.CommandAsync("one", "greet");
        var failed = await app.CommandAsync("one", "fail");
        var unknown = await app.CommandAsync("one", "dance");
        Assert.Equal(
            ((true, "hello one-"), (false, "no"), (false, "The resource 'one' has no command 'dance'.")),
            ((greeted.Success, greeted.Message), (failed.Success, failed.Message), (unknown.Success, unknown.Message))
        );
    }

    [Fact]
    public async Task A_command_takes_the_id_as_well_as_the_name()
    {
        await using var app = await TestApplication.StartAsync(builder => builder.AddSample("one", SampleProgram.Stubborn));
        var id = (await app.StateAsync("one", KnownResourceStates.Running)).ResourceId;
        Assert.Matches("^one-[a-z]{8}$", id);
        Assert.True((await app.CommandAsync(id, KnownResourceCommands.RestartCommand)).Success);
    }

    [Fact]
    public async Task What_a_program_writes_is_kept_line_by_line()
    {
        await using var app = await TestApplication.StartAsync(builder => builder.AddSample("one", SampleProgram.Prints, "said", "complained"));
        var lines = await app.LinesAsync("one", 2);
        Assert.Equal(["complained", "said"], lines.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task A_resource_of_ones_own_kind_has_the_state_it_was_given()
    {
        await using var app = await TestApplication.StartAsync(builder =>
            builder
                .AddResource(new Group("group"))
                .WithInitialState(new() { ResourceType = "Group", Properties = [], State = KnownResourceStates.Running })
        );
        await app.HealthyAsync("group");
        Assert.Equal("Running - Healthy", await app.DescribeAsync("group"));
    }

    [Fact]
    public async Task Watchers_see_the_states_in_their_order()
    {
        await using var app = await TestApplication.StartAsync(builder => builder.AddSample("one", SampleProgram.Ends, "0").WithExplicitStart());
        var states = new List<string>();
        var started = false;
        await foreach (var change in app.Notifications.WatchAsync(TestApplication.Cancellation))
        {
            if (states.LastOrDefault() != change.Snapshot.State?.Text)
            {
                states.Add(change.Snapshot.State!.Text);
            }
            if (!started)
            {
                started = true;
                await app.CommandAsync("one", KnownResourceCommands.StartCommand);
            }
            if (change.Snapshot.State?.Text == KnownResourceStates.Finished)
            {
                break;
            }
        }
        Assert.Equal(["NotStarted", "Starting", "Running", "Finished"], states);
    }

    private static async Task<string> CommandsAsync(TestApplication app)
    {
        var change = await app.Notifications.WaitForResourceAsync("one", _ => true, TestApplication.Cancellation);
        return string.Join(' ', change.Snapshot.Commands.Select(command => $"{command.Name}:{command.State}"));
    }

    private sealed class Group(string name) : Resource(name);
}
