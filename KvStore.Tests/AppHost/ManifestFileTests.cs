using System.Diagnostics;
using KvStore.Tests.StandIns.Aspire;
using KvStore.Tests.Tidy;

namespace KvStore.Tests.AppHost;

[Collection(nameof(RealApplications))]
public sealed class ManifestFileTests
{
    [Fact]
    public async Task The_committed_manifest_is_what_the_AppHost_publishes()
    {
        // Beside the committed one, because its paths are relative to where it lies.
        string published = Path.Combine(Repository.Root, $"aspire-manifest.{Environment.ProcessId}.json");
        string program = Path.ChangeExtension(typeof(Projects.KvStore_AppHost).Assembly.Location, null);
        try
        {
            using Process publisher = Process.Start(
                new ProcessStartInfo(program, ["--publisher", "manifest", "--output-path", published]) { RedirectStandardOutput = true })!;
            string said = await publisher.StandardOutput.ReadToEndAsync();
            await publisher.WaitForExitAsync();

            Assert.True(publisher.ExitCode == 0, said);
            Assert.Equal(await File.ReadAllTextAsync(Path.Combine(Repository.Root, "aspire-manifest.json")), await File.ReadAllTextAsync(published));
        }
        finally
        {
            File.Delete(published);
        }
    }
}
