using System.Globalization;
using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using Xunit;

namespace KvStore.Tests.StandIns.Aspire;

[Collection(nameof(RealApplications))]
public sealed class InjectedEnvironmentTests
{
    [Fact]
    public async Task A_project_in_Development_gets_its_telemetry_and_its_address()
    {
        await using var app = await TestApplication.StartAsync(builder =>
        {
            builder.Configuration["AppHost:OtlpApiKey"] = "key";
            Describe(builder);
        });
        var id = (await app.HealthyAsync("web")).ResourceId;
        var environment = await app.EnvironmentAsync("web", "http");

        Assert.Equal(
            [
                $"ASPNETCORE_URLS={environment["ASPNETCORE_URLS"]}",
                "LOGGING__CONSOLE__FORMATTERNAME=simple",
                "OTEL_BLRP_SCHEDULE_DELAY=1000",
                "OTEL_BSP_SCHEDULE_DELAY=1000",
                "OTEL_DOTNET_EXPERIMENTAL_ASPNETCORE_DISABLE_URL_QUERY_REDACTION=true",
                "OTEL_DOTNET_EXPERIMENTAL_HTTPCLIENT_DISABLE_URL_QUERY_REDACTION=true",
                "OTEL_DOTNET_EXPERIMENTAL_OTLP_RETRY=in_memory",
                "OTEL_EXPORTER_OTLP_ENDPOINT=http://localhost:4317",
                "OTEL_EXPORTER_OTLP_HEADERS=x-otlp-api-key=key",
                "OTEL_EXPORTER_OTLP_PROTOCOL=grpc",
                "OTEL_METRICS_EXEMPLAR_FILTER=trace_based",
                "OTEL_METRIC_EXPORT_INTERVAL=1000",
                $"OTEL_RESOURCE_ATTRIBUTES=service.instance.id={id["web-".Length..]}",
                "OTEL_SERVICE_NAME=web",
                "OTEL_TRACES_SAMPLER=always_on",
                $"SAMPLE_PORT={environment["SAMPLE_PORT"]}",
            ],
            Injected(environment)
        );
        // Behind a proxy each listens on a port that the others do not know.
        Assert.Matches(@"^http://localhost:\d+$", environment["ASPNETCORE_URLS"]);
        var ports = new[] { new Uri(environment["ASPNETCORE_URLS"]).Port, int.Parse(environment["SAMPLE_PORT"], CultureInfo.InvariantCulture) };
        Assert.Equal(4, ports.Append(app.Endpoint("web", "http").Port).Append(app.Endpoint("web", "own").Port).Distinct().Count());
    }

    [Fact]
    public async Task A_project_in_Production_sends_telemetry_as_it_likes_to_where_it_is_told()
    {
        await using var app = await TestApplication.StartAsync(
            builder =>
            {
                builder.Configuration["AppHost:OtlpApiKey"] = "key";
                builder.Configuration["ASPIRE_DASHBOARD_OTLP_HTTP_ENDPOINT_URL"] = "http://localhost:18890";
                Describe(builder);
            },
            "--environment",
            "Production"
        );
        var environment = await app.EnvironmentAsync("web", "http");

        Assert.Equal(
            ["OTEL_DOTNET_EXPERIMENTAL_OTLP_RETRY", "OTEL_EXPORTER_OTLP_ENDPOINT", "OTEL_EXPORTER_OTLP_HEADERS", "OTEL_EXPORTER_OTLP_PROTOCOL", "OTEL_RESOURCE_ATTRIBUTES", "OTEL_SERVICE_NAME"],
            environment.Keys.Where(name => name.StartsWith("OTEL_", StringComparison.Ordinal)).Order(StringComparer.Ordinal)
        );
        Assert.Equal(
            ("http://localhost:18890", "http/protobuf"),
            (environment["OTEL_EXPORTER_OTLP_ENDPOINT"], environment["OTEL_EXPORTER_OTLP_PROTOCOL"])
        );
    }

    [Fact]
    public async Task A_reference_tells_where_the_endpoints_of_another_resource_are()
    {
        await using var app = await TestApplication.StartAsync(builder =>
        {
            var source = builder
                .AddSampleProject("the-source", SampleProgram.Service)
                .WithHttpEndpoint()
                .WithEndpoint(scheme: "http", name: "grpc")
                .WithEndpoint(scheme: "tcp", name: "raw");
            builder.AddSampleProject("all", SampleProgram.Service).WithHttpEndpoint().WithHttpHealthCheck("/health").WithReference(source);
            builder.AddSampleProject("one", SampleProgram.Service).WithHttpEndpoint().WithHttpHealthCheck("/health").WithReference(source.GetEndpoint("grpc"));
            builder.AddSampleProject("named", SampleProgram.Service).WithHttpEndpoint().WithHttpHealthCheck("/health").WithReference(source, "other");
        });
        var (http, grpc, raw) = (Port("http"), Port("grpc"), Port("raw"));
        int Port(string endpoint) => app.Endpoint("the-source", endpoint).Port;

        Assert.Equal(
            [
                $"THE_SOURCE_GRPC=http://localhost:{grpc}",
                $"THE_SOURCE_HTTP=http://localhost:{http}",
                $"THE_SOURCE_RAW=tcp://localhost:{raw}",
                $"services__the-source__grpc__0=http://localhost:{grpc}",
                $"services__the-source__http__0=http://localhost:{http}",
                $"services__the-source__raw__0=tcp://localhost:{raw}",
            ],
            References(await app.EnvironmentAsync("all"))
        );
        Assert.Equal(
            [$"THE_SOURCE_GRPC=http://localhost:{grpc}", $"services__the-source__grpc__0=http://localhost:{grpc}"],
            References(await app.EnvironmentAsync("one"))
        );
        Assert.Equal($"http://localhost:{http}", (await app.EnvironmentAsync("named"))["services__other__http__0"]);
    }

    [Fact]
    public async Task Values_of_the_model_become_text_when_the_program_starts()
    {
        await using var app = await TestApplication.StartAsync(
            builder =>
            {
                var secret = builder.AddParameter("secret", secret: true);
                var service = builder.AddSampleProject("one", SampleProgram.Service).WithHttpEndpoint(name: "http").WithHttpHealthCheck("/health");
                var http = service.GetEndpoint("http");
                service
                    .WithArgs("plain", "with blank", http)
                    .WithEnvironment("TEXT", "a=b;\"c\" 'd' $HOME \\ é")
                    .WithEnvironment("EMPTY", "")
                    .WithEnvironment("URL", http)
                    .WithEnvironment("PARTS", $"{http.Property(EndpointProperty.Scheme)}|{http.Property(EndpointProperty.HostAndPort)}|{{}}")
                    .WithEnvironment("SECRET", secret)
                    .WithEnvironment("LATE", () => "said at start")
                    .WithEnvironment("odd-name.with:all", "odd value\nof two lines")
                    .WithEnvironment("aspire_n", "kept")
                    .WithEnvironment(context => context.EnvironmentVariables["NAME"] = context.Resource.Name);
            },
            "--Parameters:secret=s3cret"
        );
        var environment = await app.EnvironmentAsync("one");
        using var client = app.Client("one");
        var url = $"http://localhost:{app.Endpoint("one").Port}";

        Assert.Equal($"plain|with blank|{url}", await client.GetStringAsync("/args", TestApplication.Cancellation));
        Assert.Equal(Path.GetDirectoryName(Samples.ProjectPath), await client.GetStringAsync("/directory", TestApplication.Cancellation));
        Assert.Equal(
            ["a=b;\"c\" 'd' $HOME \\ é", "", url, $"http|{url[7..]}|{{}}", "s3cret", "said at start", "odd value", "one"],
            new[] { "TEXT", "EMPTY", "URL", "PARTS", "SECRET", "LATE", "odd-name.with:all", "NAME" }.Select(name => environment[name])
        );
    }

    [Fact]
    public async Task The_way_the_AppHost_was_started_is_not_inherited_and_the_rest_is()
    {
        Environment.SetEnvironmentVariable("ASPNETCORE_ENVIRONMENT", "Staging");
        Environment.SetEnvironmentVariable("SAMPLE_INHERITED", "yes");
        try
        {
            await using var app = await TestApplication.StartAsync(Describe);
            var environment = await app.EnvironmentAsync("web", "http");
            Assert.Equal((null, "yes"), (environment.GetValueOrDefault("ASPNETCORE_ENVIRONMENT"), environment["SAMPLE_INHERITED"]));
        }
        finally
        {
            Environment.SetEnvironmentVariable("ASPNETCORE_ENVIRONMENT", null);
            Environment.SetEnvironmentVariable("SAMPLE_INHERITED", null);
        }
    }

    [Fact]
    public async Task A_launch_profile_gives_endpoints_variables_and_arguments_which_the_AppHost_overrides()
    {
        await using var app = await TestApplication.StartAsync(builder =>
        {
            builder.AddProject<ProfiledSample>("first").WithHttpHealthCheck("/health").WithEnvironment("OVERRIDDEN", "by the AppHost");
            builder.AddProject<ProfiledSample>("second", "second").WithHttpHealthCheck("/health");
            builder.AddProject<ProfiledSample>("none", launchProfileName: null).WithHttpEndpoint().WithHttpHealthCheck("/health").WithArgs("sample", "service");
        });
        var first = await app.EnvironmentAsync("first");
        var second = await app.EnvironmentAsync("second");
        var none = await app.EnvironmentAsync("none");
        using var client = app.Client("first");

        Assert.Equal("two words|three", await client.GetStringAsync("/args", TestApplication.Cancellation));
        Assert.Equal(
            [
                "Development|first|by the AppHost",
                "-|second|by the profile",
                "-|-|-",
            ],
            new[] { first, second, none }.Select(environment =>
                string.Join(
                    '|',
                    new[] { "ASPNETCORE_ENVIRONMENT", "DOTNET_LAUNCH_PROFILE", "OVERRIDDEN" }.Select(name => environment.GetValueOrDefault(name, "-"))
                )
            )
        );
        // Fixed ports of proxied endpoints are ignored under test.
        Assert.NotEqual(5999, app.Endpoint("first").Port);
    }

    [Fact]
    public void A_launch_profile_that_does_not_exist_is_named()
    {
        var builder = TestApplication.CreateBuilder();
        var refused = Assert.Throws<DistributedApplicationException>(() => builder.AddProject<ProfiledSample>("one", "third"));
        Assert.Equal($"The resource 'one' asks for the launch profile 'third', which {Samples.ProjectPath} does not have.", refused.Message);
    }

    private static void Describe(IDistributedApplicationBuilder builder) =>
        builder
            .AddSampleProject("web", SampleProgram.Service)
            .WithHttpEndpoint(name: "http")
            .WithHttpEndpoint(name: "own", env: "SAMPLE_PORT")
            .WithEndpoint(scheme: "tcp", name: "raw")
            .WithHttpHealthCheck("/health", endpointName: "http");

    private static IEnumerable<string> Injected(Dictionary<string, string> environment) =>
        Lines(environment.Where(variable => variable.Key.Split('_')[0] is "OTEL" or "ASPNETCORE" or "LOGGING" or "SAMPLE" or "HTTP"));

    private static IEnumerable<string> References(Dictionary<string, string> environment) =>
        Lines(environment.Where(variable => variable.Key.StartsWith("services__", StringComparison.Ordinal) || variable.Key.StartsWith("THE_SOURCE", StringComparison.Ordinal)));

    private static IEnumerable<string> Lines(IEnumerable<KeyValuePair<string, string>> variables) =>
        variables.Select(variable => $"{variable.Key}={variable.Value}").Order(StringComparer.Ordinal);

    private sealed class ProfiledSample : IProjectMetadata
    {
        public string ProjectPath => Samples.ProjectPath;

        public LaunchSettings LaunchSettings { get; } =
            new()
            {
                Profiles =
                {
                    ["container"] = new LaunchProfile { CommandName = "Docker" },
                    ["first"] = new LaunchProfile
                    {
                        CommandName = "Project",
                        ApplicationUrl = "http://localhost:5999",
                        CommandLineArgs = "sample service \"two words\" three",
                        EnvironmentVariables = { ["ASPNETCORE_ENVIRONMENT"] = "Development", ["OVERRIDDEN"] = "by the profile" },
                    },
                    ["second"] = new LaunchProfile
                    {
                        CommandName = "Project",
                        ApplicationUrl = "http://*:5998",
                        CommandLineArgs = "sample service",
                        EnvironmentVariables = { ["OVERRIDDEN"] = "by the profile" },
                    },
                },
            };
    }
}
