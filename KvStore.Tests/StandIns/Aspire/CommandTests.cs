using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using Xunit;

namespace KvStore.Tests.StandIns.Aspire;

/// <summary>Commands that an AppHost gives its resources.</summary>
[Collection(nameof(RealApplications))]
public sealed class CommandTests
{
    [Fact]
    public async Task A_command_is_shown_as_it_was_described_and_its_state_follows_the_resource()
    {
        await using var app = await TestApplication.StartAsync(builder =>
            builder
                .AddSample("one", SampleProgram.Stubborn)
                .WithCommand(
                    "wipe",
                    "Wipe",
                    _ => Task.FromResult(CommandResults.Success()),
                    new CommandOptions
                    {
                        Description = "Deletes everything",
                        ConfirmationMessage = "Delete everything?",
                        IconName = "Delete",
                        IconVariant = IconVariant.Filled,
                        IsHighlighted = true,
                        UpdateState = context =>
                            context.ResourceSnapshot.State?.Text == KnownResourceStates.Running ? ResourceCommandState.Hidden : ResourceCommandState.Enabled,
                    }
                )
        );
        var running = Wipe(await app.StateAsync("one", KnownResourceStates.Running));
        await app.CommandAsync("one", KnownResourceCommands.StopCommand);
        var stopped = Wipe(await app.EndedAsync("one"));
        Assert.Equal(
            (
                new ResourceCommandSnapshot("wipe", ResourceCommandState.Hidden, "Wipe", "Deletes everything", null, "Delete everything?", "Delete", IconVariant.Filled, true),
                ResourceCommandState.Enabled
            ),
            (running, stopped.State)
        );

        static ResourceCommandSnapshot Wipe(ResourceEvent change) => change.Snapshot.Commands.Single(command => command.Name == "wipe");
    }

    [Fact]
    public async Task An_http_command_sends_its_request_and_hands_on_the_answer()
    {
        await using var app = await TestApplication.StartAsync(builder =>
            builder
                .AddSample("one", SampleProgram.Service)
                .WithHttpEndpoint(env: "SAMPLE_PORT")
                .WithHttpHealthCheck("/health")
                .WithHttpCommand(
                    "/greet",
                    "Greet",
                    commandOptions: new HttpCommandOptions
                    {
                        ResultMode = HttpCommandResultMode.Auto,
                        PrepareRequest = context =>
                        {
                            context.Request.Headers.Add("X-Name", context.ResourceName[..3]);
                            return Task.CompletedTask;
                        },
                    }
                )
                .WithHttpCommand("/absent", "Absent", commandName: "absent", commandOptions: new HttpCommandOptions { Method = HttpMethod.Get })
                .WithHttpCommand(
                    "/pid",
                    "Judge",
                    commandName: "judge",
                    commandOptions: new HttpCommandOptions
                    {
                        Method = HttpMethod.Get,
                        GetCommandResult = async context =>
                            CommandResults.Success(await context.Response.Content.ReadAsStringAsync(context.CancellationToken)),
                    }
                )
        );
        var healthy = await app.HealthyAsync("one");
        var greeted = await app.CommandAsync("one", "one-http-http-post-/greet");
        var absent = await app.CommandAsync("one", "absent");
        var judged = await app.CommandAsync("one", "judge");
        Assert.Equal(
            (
                (true, "{\"hello\":\"one\"}", CommandResultFormat.Json),
                (false, $"{app.Endpoint("one")}absent answered 404."),
                (true, $"{healthy.ProcessId()}")
            ),
            (
                (greeted.Success, greeted.Data?.Value, greeted.Data?.Format),
                (absent.Success, absent.Message),
                (judged.Success, judged.Message)
            )
        );
        Assert.Equal(ResourceCommandState.Enabled, healthy.Snapshot.Commands.Single(command => command.Name == "absent").State);
    }

    [Fact]
    public async Task A_part_of_a_resource_follows_its_state_and_one_that_runs_by_itself_does_not()
    {
        await using var app = await TestApplication.StartAsync(builder =>
        {
            var server = builder.AddSample("server", SampleProgram.Stubborn);
            var database = builder.AddResource(new Part("database", server.Resource));
            builder.AddResource(new Part("table", database.Resource));
            builder.AddSample("beside", SampleProgram.Stubborn).WithParentRelationship(server);
        });
        await app.HealthyAsync("table");
        await app.StateAsync("beside", KnownResourceStates.Running);
        await app.CommandAsync("server", KnownResourceCommands.StopCommand);
        await app.EndedAsync("table");
        var beside = await app.StateAsync("beside", KnownResourceStates.Running);
        Assert.Equal(
            ("Finished", "Finished", "Running", "server Parent"),
            (
                (await app.DescribeAsync("database")).Split(' ')[0],
                (await app.DescribeAsync("table")).Split(' ')[0],
                (await app.DescribeAsync("beside")).Split(' ')[0],
                string.Join(' ', beside.Snapshot.Relationships.Select(relationship => $"{relationship.ResourceName} {relationship.Type}"))
            )
        );
    }

    private sealed class Part(string name, IResource parent) : Resource(name), IResourceWithParent
    {
        public IResource Parent { get; } = parent;
    }
}
