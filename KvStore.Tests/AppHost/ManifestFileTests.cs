using System.Diagnostics;
using System.Text.Json;
using KvStore.Tests.StandIns.Aspire;
using KvStore.Tests.Tidy;

namespace KvStore.Tests.AppHost;

[Collection(nameof(RealApplications))]
public sealed class ManifestFileTests
{
    [Fact]
    public async Task The_committed_manifest_is_what_the_AppHost_publishes()
    {
        string published = await PublishAsync(typeof(Projects.KvStore_AppHost), Repository.Root);
        Assert.Equal(Repository.Here.File("aspire-manifest.json").Text, published);
    }

    [Fact]
    public async Task The_manifest_of_an_application_with_a_cluster_refers_to_its_connection_string()
    {
        string folder = Path.Combine(Repository.Root, "samples", "Greetings.AppHost");
        string published = await PublishAsync(typeof(Projects.Greetings_AppHost), folder);

        Assert.Equal(Repository.Here.File("KvStore.Tests/AppHost/Greetings.manifest.json").Text, published);
        Assert.Empty(Schema().Problems(Parse(published)));
    }

    [Fact]
    public void The_committed_manifest_is_valid() =>
        Assert.Empty(Schema().Problems(Parse(Repository.Here.File("aspire-manifest.json").Text)));

    [Theory]
    [InlineData("\"type\": \"project.v0\"", "\"typ\": \"project.v0\"", "/resources/node1: lacks type")]
    [InlineData("\"path\":", "\"pfad\":", "/resources/node1/pfad: nothing is allowed here")]
    [InlineData("\"protocol\": \"tcp\"", "\"protocol\": \"ipx\"", "/resources/node1/bindings/http/protocol: ipx is none of")]
    [InlineData("\"targetPort\": 8001", "\"targetPort\": \"8001\"", "/resources/node1/bindings/http/targetPort: String instead of")]
    [InlineData("\"connectionString\":", "\"connection\":", "/resources/demo/connection: nothing is allowed here")]
    [InlineData("\"resources\":", "\"things\":", ": lacks resources")]
    public void A_manifest_that_is_not_as_the_schema_says_is_told_where(string right, string wrong, string expected)
    {
        string manifest = Repository.Here.File("aspire-manifest.json").Text;
        Assert.Contains(right, manifest, StringComparison.Ordinal);

        IReadOnlyList<string> problems = Schema().Problems(Parse(manifest.Replace(right, wrong, StringComparison.Ordinal)));

        Assert.Contains(problems, problem => problem.Contains(expected, StringComparison.Ordinal));
    }

    [Fact]
    public void A_schema_with_words_that_are_not_understood_is_refused() => Assert.Throws<NotSupportedException>(() =>
        new ManifestSchema(Parse("""{ "minLength": 3 }""")).Problems(Parse("\"a\"")));

    private static ManifestSchema Schema() => new(Parse(Repository.Here.File("KvStore.Tests/AppHost/aspire-8.0.schema.json").Text));

    private static JsonElement Parse(string json)
    {
        using JsonDocument document = JsonDocument.Parse(json);
        return document.RootElement.Clone();
    }

    /// <param name="appHost">A type of the AppHost's assembly.</param>
    /// <param name="folder">Of the manifest: its paths are relative to where it lies.</param>
    private static async Task<string> PublishAsync(Type appHost, string folder)
    {
        string path = Path.Combine(folder, $"aspire-manifest.{Environment.ProcessId}.json");
        string program = Path.ChangeExtension(appHost.Assembly.Location, null);
        try
        {
            using Process publisher = Process.Start(
                new ProcessStartInfo(program, ["--publisher", "manifest", "--output-path", path]) { RedirectStandardOutput = true })!;
            string said = await publisher.StandardOutput.ReadToEndAsync();
            await publisher.WaitForExitAsync();
            Assert.True(publisher.ExitCode == 0, said);
            return await File.ReadAllTextAsync(path);
        }
        finally
        {
            File.Delete(path);
        }
    }
}
