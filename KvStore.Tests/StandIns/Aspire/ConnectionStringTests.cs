using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Testing;
using Xunit;

namespace KvStore.Tests.StandIns.Aspire;

/// <summary>Connection strings, parameters and secrets, and who is told them.</summary>
[Collection(nameof(RealApplications))]
public sealed class ConnectionStringTests
{
    [Fact]
    public async Task A_connection_string_is_told_to_those_that_refer_to_it()
    {
        await using var app = await TestApplication.StartAsync(
            builder =>
            {
                var password = builder.AddParameter("password", secret: true);
                var server = builder.AddSample("server", SampleProgram.Service).WithHttpEndpoint(env: "SAMPLE_PORT").WithHttpHealthCheck("/health");
                var store = builder.AddConnectionString("store", ReferenceExpression.Create($"Endpoint={server.GetEndpoint("http")};Password={password}"));
                var built = builder.AddConnectionString("built", expression => expression.AppendLiteral("as said"));
                var outside = builder.AddConnectionString("outside");
                var own = builder.AddConnectionString("own", "OWN_VARIABLE");
                var missing = builder.AddConnectionString("missing");
                builder
                    .AddSampleProject("one", SampleProgram.Service)
                    .WithHttpEndpoint()
                    .WithHttpHealthCheck("/health")
                    .WithReference(store)
                    .WithReference(built, connectionName: "renamed")
                    .WithReference(outside)
                    .WithReference(own)
                    .WithReference(missing, optional: true)
                    .WithReference("elsewhere", new Uri("https://example.org/"))
                    .WithEnvironment("STORE", store)
                    .WaitFor(store);
            },
            "--Parameters:password=p/w",
            "--ConnectionStrings:outside=from outside",
            "--ConnectionStrings:own=mine"
        );
        var environment = await app.EnvironmentAsync("one");
        var expected = $"Endpoint=http://localhost:{app.Endpoint("server").Port};Password=p/w";
        Assert.Equal(
            [
                "ConnectionStrings__outside=from outside",
                "ConnectionStrings__renamed=as said",
                $"ConnectionStrings__store={expected}",
                "OWN_VARIABLE=mine",
                $"STORE={expected}",
                "services__elsewhere__default__0=https://example.org/",
            ],
            environment
                .Where(variable => variable.Key is "OWN_VARIABLE" or "STORE" || variable.Key.StartsWith("ConnectionStrings", StringComparison.Ordinal) || variable.Key.StartsWith("services__elsewhere", StringComparison.Ordinal))
                .Select(variable => $"{variable.Key}={variable.Value}")
                .Order(StringComparer.Ordinal)
        );
        Assert.Equal((expected, "from outside"), (await app.ConnectionStringAsync("store"), await app.ConnectionStringAsync("outside")));
    }

    [Fact]
    public async Task Who_waits_for_a_connection_string_waits_for_what_is_in_it()
    {
        await using var app = await TestApplication.StartAsync(builder =>
        {
            var server = builder.AddSample("server", SampleProgram.Service).WithHttpEndpoint(env: "SAMPLE_PORT").WithExplicitStart();
            var store = builder.AddConnectionString("store", ReferenceExpression.Create($"Endpoint={server.GetEndpoint("http")}"));
            builder.AddSample("one", SampleProgram.Stubborn).WaitFor(store);
        });
        await app.StateAsync("one", KnownResourceStates.Waiting);
        await app.CommandAsync("server", KnownResourceCommands.StartCommand);
        await app.HealthyAsync("one");
    }

    [Fact]
    public async Task The_value_of_a_secret_is_marked_as_one()
    {
        await using var app = await TestApplication.StartAsync(
            builder =>
            {
                builder.AddParameter("open");
                builder.AddParameter("secret", secret: true);
                builder.AddParameterFromConfiguration("other", "Somewhere:Else");
                builder.AddParameter("said", "here");
            },
            "--Parameters:open=seen",
            "--Parameters:secret=unseen",
            "--Somewhere:Else=found"
        );
        var shown = new List<string>();
        foreach (var name in new[] { "open", "secret", "other", "said" })
        {
            var change = await app.Notifications.WaitForResourceAsync(
                name,
                change => change.Snapshot.Properties.Any(property => property.Name == "Value"),
                TestApplication.Cancellation
            );
            var value = change.Snapshot.Properties.Single(property => property.Name == "Value");
            shown.Add($"{name} {value.Value} {value.IsSensitive}");
        }
        Assert.Equal(["open seen False", "secret unseen True", "other found False", "said here False"], shown);
    }

    [Fact]
    public async Task A_connection_string_that_is_needed_and_missing_is_named_before_anything_starts()
    {
        var refused = await Assert.ThrowsAsync<DistributedApplicationException>(() =>
            TestApplication.StartAsync(builder =>
                builder.AddSampleProject("one", SampleProgram.Service).WithReference(builder.AddConnectionString("outside"))
            )
        );
        Assert.Equal("The connection string 'outside' has no value: set the configuration key 'ConnectionStrings:outside'.", refused.Message);
    }

    [Fact]
    public async Task Only_the_endpoints_that_pass_a_filter_are_told_as_addresses()
    {
        await using var app = await TestApplication.StartAsync(builder =>
            builder
                .AddSampleProject("one", SampleProgram.Service)
                .WithHttpEndpoint(name: "http")
                .WithHttpEndpoint(name: "hidden")
                .WithEndpointsInEnvironment(endpoint => endpoint.Name != "hidden")
                .WithHttpHealthCheck("/health", endpointName: "http")
        );
        Assert.DoesNotContain(';', (await app.EnvironmentAsync("one", "http"))["ASPNETCORE_URLS"]);
    }
}
