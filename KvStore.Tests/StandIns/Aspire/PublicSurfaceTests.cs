using Aspire.Hosting;
using Aspire.Hosting.Testing;
using Xunit;

namespace KvStore.Tests.StandIns.Aspire;

/// <summary>
/// The stand-ins have nothing that upstream has not, and what they have, they have as upstream has it: the *.signatures.txt files hold upstream's
/// signatures (13.5.2) of the part that is here. With the upstream packages in use there is more, and the test is skipped.
/// </summary>
public sealed class PublicSurfaceTests
{
    [Theory]
    [InlineData("Aspire.Hosting")]
    [InlineData("Aspire.Hosting.Testing")]
    public async Task Every_public_member_is_upstreams(string name)
    {
        var assembly = name == "Aspire.Hosting" ? typeof(DistributedApplication).Assembly : typeof(DistributedApplicationTestingBuilder).Assembly;
        Assert.Equal(name, assembly.GetName().Name);
        Assert.SkipWhen(assembly.GetName().GetPublicKeyToken() is { Length: > 0 }, "This is the upstream package.");

        var path = Path.Combine(Path.GetDirectoryName(Samples.ProjectPath)!, "StandIns", "Aspire", $"{name}.signatures.txt");
        var upstream = WithTypes(await File.ReadAllTextAsync(path, TestContext.Current.CancellationToken));
        var here = WithTypes(PublicSurface.Describe(assembly));
        Assert.Equal(("", ""), (Lines("not upstream's", here.Except(upstream)), Lines("not here", upstream.Except(here))));
    }

    private static string Lines(string what, IEnumerable<string> lines) => string.Concat(lines.Select(line => $"{what}: {line}\n"));

    /// <summary>Every line with the type that it belongs to before it.</summary>
    private static List<string> WithTypes(string signatures)
    {
        var lines = new List<string>();
        var type = "";
        foreach (var line in signatures.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            var isType = !line.StartsWith(' ');
            type = isType ? line : type;
            lines.Add(isType ? line : $"{type} |{line}");
        }
        return lines;
    }
}
