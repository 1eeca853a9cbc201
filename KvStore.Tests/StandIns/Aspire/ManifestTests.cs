using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using Xunit;

namespace KvStore.Tests.StandIns.Aspire;

public sealed class ManifestTests
{
    [Fact]
    public async Task An_application_is_written_as_upstream_writes_it()
    {
        var manifest = await PublishAsync(builder =>
        {
            var key = builder.AddParameter("key", secret: true);
            var level = builder.AddParameter("level", "info", publishValueAsDefault: true);
            var group = builder.AddResource(new Group("group")).ExcludeFromManifest();
            var api = builder
                .AddProject("api", Samples.ProjectPath, launchProfileName: null)
                .WithHttpEndpoint(port: 8001, name: "http", env: "API_PORT", isProxied: false)
                .WithEndpoint(port: 9001, scheme: "http", name: "grpc", isProxied: false)
                .WithEndpoint("grpc", endpoint => endpoint.Transport = "http2")
                .WithEndpoint(scheme: "tcp", name: "raw")
                .WithHttpHealthCheck("/health")
                .WithParentRelationship(group)
                .WithArgs("--level", level)
                .WithEnvironment("KEY", key);
            builder
                .AddProject("web", Samples.ProjectPath, launchProfileName: null)
                .WithHttpEndpoint(port: 8080)
                .WithHttpsEndpoint()
                .WithHttpEndpoint(name: "admin")
                .WithExternalHttpEndpoints()
                .WithReference(api.GetEndpoint("grpc"))
                .WithEnvironment("API", $"{api.GetEndpoint("http").Property(EndpointProperty.HostAndPort)}/x")
                .WaitFor(api);
            builder.AddResource(new Group("odd"));
            var outside = builder.AddConnectionString("outside");
            var store = builder.AddConnectionString("store", ReferenceExpression.Create($"Endpoint={api.GetEndpoint("grpc")};Key={key}"));
            builder
                .AddExecutable("tool", "python3", Path.GetDirectoryName(Samples.ProjectPath)!, "serve.py")
                .WithHttpEndpoint(targetPort: 8500, env: "PORT")
                .WithArgs(store.Resource)
                .WithReference(outside)
                .WithReference(store);
            builder.AddProject("profiled", Samples.ProjectPath, launchProfileName: null).WithReplicas(3).WithReference(outside, connectionName: "other");
        });

        Assert.Equal(await File.ReadAllTextAsync(ExpectedPath, TestContext.Current.CancellationToken), manifest);
    }

    [Theory]
    [InlineData(new[] { "--publisher", "manifest" }, "The manifest needs a place: --output-path <file or folder>.")]
    [InlineData(new[] { "--publisher", "helm", "--output-path", "x" }, "There is no publisher 'helm'; there is 'manifest'.")]
    [InlineData(new[] { "--operation", "deploy" }, "--operation must be 'run' or 'publish', not 'deploy'.")]
    public async Task What_cannot_be_published_is_said(string[] args, string expected)
    {
        var refused = await Assert.ThrowsAsync<DistributedApplicationException>(async () =>
        {
            var builder = DistributedApplication.CreateBuilder(args);
            await using var app = builder.Build();
            await app.RunAsync(TestContext.Current.CancellationToken);
        });
        Assert.Equal(expected, refused.Message);
    }

    [Fact]
    public async Task A_path_that_does_not_end_in_json_is_a_folder()
    {
        var directory = Directory.CreateTempSubdirectory("manifest-");
        try
        {
            var folder = Path.Combine(directory.FullName, "made", "for", "it");
            await RunAsync(_ => { }, "--operation", "publish", "--output-path", folder);
            Assert.Equal(
                "{\n  \"resources\": {}\n}\n",
                await File.ReadAllTextAsync(Path.Combine(folder, "aspire-manifest.json"), TestContext.Current.CancellationToken)
            );
        }
        finally
        {
            directory.Delete(recursive: true);
        }
    }

    private static string ExpectedPath => Path.Combine(Path.GetDirectoryName(Samples.ProjectPath)!, "StandIns", "Aspire", "ManifestTests.json");

    private static async Task<string> PublishAsync(Action<IDistributedApplicationBuilder> describe)
    {
        // Within the repository, because paths are relative to the manifest.
        var path = Path.Combine(Path.GetDirectoryName(Samples.ProjectPath)!, "..", "artifacts", $"{Guid.NewGuid():N}.json");
        try
        {
            await RunAsync(describe, "--publisher", "manifest", "--output-path", path);
            return await File.ReadAllTextAsync(path, TestContext.Current.CancellationToken);
        }
        finally
        {
            File.Delete(path);
        }
    }

    private static async Task RunAsync(Action<IDistributedApplicationBuilder> describe, params string[] args)
    {
        var builder = DistributedApplication.CreateBuilder(args);
        describe(builder);
        await using var app = builder.Build();
        await app.RunAsync(TestContext.Current.CancellationToken);
    }

    private sealed class Group(string name) : Resource(name);
}
