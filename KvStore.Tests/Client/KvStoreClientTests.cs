using System.Diagnostics;
using System.Reflection;
using System.Text.Json;
using KvStore.Client;
using KvStore.Tests.Tidy;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using OpenTelemetry;
using OpenTelemetry.Trace;
using Xunit;

namespace KvStore.Tests.Client;

/// <summary>A client as a service of an application: <c>builder.AddKvStoreClient("kv")</c>.</summary>
public sealed class KvStoreClientTests
{
    private const string Unreachable = "http://127.0.0.1:1";

    private readonly CancellationToken _cancellation = TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_client_asks_the_nodes_of_its_connection_string()
    {
        await using ScriptedMember member = await new ScriptedMember().StartAsync();
        HostApplicationBuilder builder = Builder(("ConnectionStrings:kv", $"{Unreachable}, {member.Address}"));
        builder.AddKvStoreClient("kv");
        using IHost host = builder.Build();

        KvClient client = host.Services.GetRequiredService<KvClient>();
        await client.GetAsync("key", cancellationToken: _cancellation);

        Assert.Single(member.Requests);
        Assert.Same(client.Cluster, host.Services.GetRequiredService<ClusterClient>());
    }

    [Fact]
    public async Task Clients_of_several_clusters_are_told_apart_by_their_keys()
    {
        await using ScriptedMember one = await new ScriptedMember().StartAsync();
        await using ScriptedMember two = await new ScriptedMember().StartAsync();
        HostApplicationBuilder builder = Builder(("ConnectionStrings:one", $"{one.Address}"), ("ConnectionStrings:two", $"{two.Address}"));
        builder.AddKeyedKvStoreClient("one");
        builder.AddKeyedKvStoreClient("two");
        using IHost host = builder.Build();

        await host.Services.GetRequiredKeyedService<KvClient>("two").GetAsync("key", cancellationToken: _cancellation);

        Assert.Equal((0, 1), (one.Requests.Count, two.Requests.Count));
        Assert.Null(host.Services.GetService<KvClient>());
        Assert.Equal(["KvStore.Client_one", "KvStore.Client_two"], HealthChecks(host));
    }

    [Fact]
    public void Settings_are_the_sections_then_the_connection_string_then_what_the_program_says()
    {
        HostApplicationBuilder builder = Builder(
            ("KvStore:Client:RequestTimeout", "00:00:03"),
            ("KvStore:Client:DefaultConsistency", "one"),
            ("KvStore:Client:ConnectionString", "http://general:1"),
            ("KvStore:Client:kv:DefaultConsistency", "all"),
            ("KvStore:Client:kv:DisableTracing", "true"),
            ("ConnectionStrings:kv", "http://special:1"));
        KvStoreClientSettings? seen = null;
        KvClientOptions? made = null;
        builder.AddKvStoreClient(
            "kv",
            settings =>
            {
                seen = settings;
                settings.ConnectTimeout = TimeSpan.FromSeconds(2);
            },
            options => made = options);
        using IHost host = builder.Build();
        using KvClient client = host.Services.GetRequiredService<KvClient>();

        Assert.Equal(
            ("http://special:1", true, false, false, TimeSpan.FromSeconds(3), Consistency.All),
            (seen!.ConnectionString, seen.DisableTracing, seen.DisableMetrics, seen.DisableHealthChecks, seen.RequestTimeout, seen.DefaultConsistency));
        Assert.Equal(
            (TimeSpan.FromSeconds(3), TimeSpan.FromSeconds(2), Consistency.All, "kv", new Uri("http://special:1")),
            (made!.RequestTimeout, made.ConnectTimeout, made.Consistency, made.Namespace, Assert.Single(made.Endpoints)));
    }

    [Fact]
    public void A_missing_connection_string_is_told_with_the_places_where_it_may_be() => Refuses(
        "There is no connection string for the KvStore client 'kv'. It is ConnectionStrings:kv, which WithReference of an AppHost sets, or "
        + "ConnectionString in the configuration section KvStore:Client or KvStore:Client:kv: gRPC addresses of nodes such as "
        + "http://localhost:9001,http://localhost:9002.",
        ("ConnectionStrings:other", Unreachable));

    [Theory]
    [InlineData("localhost:9001", "localhost:9001")]
    [InlineData("http://localhost:9001,", "")]
    [InlineData("http://localhost:9001;http://localhost:9002", "http://localhost:9001;http://localhost:9002")]
    [InlineData("http://localhost:9001/kv", "http://localhost:9001/kv")]
    public void A_malformed_connection_string_is_told_with_its_name_and_the_part(string connectionString, string part) => Refuses(
        $"The connection string of the KvStore client 'kv' is malformed: '{part}' is no http or https address of a node. "
        + "It must be such as http://localhost:9001,http://localhost:9002.",
        ("ConnectionStrings:kv", connectionString));

    [Fact]
    public void A_setting_that_is_not_allowed_is_told_with_its_name() => Refuses(
        "The KvStore client 'kv' cannot be made: RequestTimeout and ConnectTimeout must be longer than 0.",
        ("ConnectionStrings:kv", Unreachable),
        ("KvStore:Client:kv:RequestTimeout", "00:00:00"));

    [Theory]
    [InlineData("DefaultConsistency", "most")]
    [InlineData("RequestTimeout", "soon")]
    public void A_setting_of_another_type_is_told_with_its_key(string key, string value)
    {
        HostApplicationBuilder builder = Builder(($"KvStore:Client:{key}", value));
        string message = Assert.Throws<InvalidOperationException>(() => builder.AddKvStoreClient("kv")).Message;
        Assert.Contains($"'KvStore:Client:{key}'", message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_health_check_is_registered_once_however_often_a_client_is_added()
    {
        HostApplicationBuilder builder = Builder(("ConnectionStrings:kv", Unreachable));
        builder.AddKvStoreClient("kv");
        builder.AddKvStoreClient("kv");
        builder.AddKeyedKvStoreClient("kv");
        builder.AddKeyedKvStoreClient("kv");
        builder.AddKeyedKvStoreClient("silent", settings => settings.DisableHealthChecks = true);
        using IHost host = builder.Build();

        Assert.Equal(["KvStore.Client", "KvStore.Client_kv"], HealthChecks(host));
    }

    [Theory]
    [InlineData("http://127.0.0.1:1", "127.0.0.1:1")]
    [InlineData(null, "There is no connection string for the KvStore client 'kv'.")]
    public async Task The_health_check_fails_and_says_why_while_no_node_answers(string? connectionString, string expected)
    {
        HostApplicationBuilder builder = Builder(("ConnectionStrings:kv", connectionString));
        builder.AddKvStoreClient("kv");
        using IHost host = builder.Build();

        HealthReport report = await host.Services.GetRequiredService<HealthCheckService>().CheckHealthAsync(_cancellation);

        HealthReportEntry entry = Assert.Single(report.Entries).Value;
        Assert.Equal(HealthStatus.Unhealthy, entry.Status);
        Assert.Contains(expected, entry.Description, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(false, 1)]
    [InlineData(true, 0)]
    public async Task The_spans_of_a_client_are_recorded_unless_they_are_disabled(bool isDisabled, int expected)
    {
        await using ScriptedMember member = await new ScriptedMember().StartAsync();
        HostApplicationBuilder builder = Builder(("ConnectionStrings:kv", $"{member.Address}"));
        List<Activity> spans = [];
        builder.Services.AddOpenTelemetry().WithTracing(tracing => tracing.AddProcessor(new Kept(spans)));
        builder.AddKvStoreClient("kv", settings => settings.DisableTracing = isDisabled);
        using IHost host = builder.Build();
        await host.StartAsync(_cancellation);

        await host.Services.GetRequiredService<KvClient>().GetAsync("key", cancellationToken: _cancellation);

        string address = $"{member.Address.Port}";
        Assert.Equal(expected, spans.Count(span => span.DisplayName == "get kv" && $"{span.GetTagItem("server.port")}" == address));
    }

    [Fact]
    public void The_configuration_schema_describes_every_setting_and_no_other()
    {
        using JsonDocument schema = JsonDocument.Parse(Repository.Here.File("KvStore.Client/ConfigurationSchema.json").Text);
        JsonElement described = schema.RootElement.GetProperty("properties").GetProperty("KvStore").GetProperty("properties")
            .GetProperty("Client").GetProperty("properties");
        KvStoreClientSettings defaults = new();

        Assert.Equal(
            typeof(KvStoreClientSettings).GetProperties().Select(property => $"{property.Name} {TypeOf(property)} {DefaultOf(property, defaults)}").Order(StringComparer.Ordinal),
            described.EnumerateObject().Select(property =>
                $"{property.Name} {property.Value.GetProperty("type")} {(property.Value.TryGetProperty("default", out JsonElement value) ? value : default)}")
                .Order(StringComparer.Ordinal));
        Assert.Contains(
            typeof(KvClient).Assembly.GetCustomAttributesData(),
            attribute => attribute.AttributeType.FullName == "Aspire.ConfigurationSchemaAttribute"
                && attribute.ConstructorArguments is [{ Value: "KvStore:Client" }, { Value: Type type }] && type == typeof(KvStoreClientSettings));

        static string TypeOf(PropertyInfo property) => property.PropertyType == typeof(bool) ? "boolean" : "string";

        static string DefaultOf(PropertyInfo property, KvStoreClientSettings defaults) => $"{property.GetValue(defaults)}";
    }

    private static HostApplicationBuilder Builder(params (string Key, string? Value)[] configuration)
    {
        HostApplicationBuilder builder = new(new HostApplicationBuilderSettings { DisableDefaults = true });
        builder.Configuration.AddInMemoryCollection(configuration.ToDictionary(entry => entry.Key, entry => entry.Value));
        builder.Logging.ClearProviders();
        return builder;
    }

    private static IEnumerable<string> HealthChecks(IHost host) => host.Services
        .GetRequiredService<Microsoft.Extensions.Options.IOptions<HealthCheckServiceOptions>>().Value.Registrations
        .Select(registration => registration.Name).Order(StringComparer.Ordinal);

    private static void Refuses(string message, params (string Key, string? Value)[] configuration)
    {
        HostApplicationBuilder builder = Builder(configuration);
        builder.AddKvStoreClient("kv");
        using IHost host = builder.Build();
        Assert.Equal(message, Assert.Throws<InvalidOperationException>(() => host.Services.GetRequiredService<KvClient>()).Message);
    }

    private sealed class Kept(List<Activity> spans) : BaseProcessor<Activity>
    {
        public override void OnEnd(Activity data)
        {
            lock (spans)
            {
                spans.Add(data);
            }
        }
    }
}
