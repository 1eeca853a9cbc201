using System.Reflection;
using KvStore.Tests.StandIns.Aspire;
using Xunit;

namespace KvStore.Tests.StandIns.Grpc;

/// <summary>
/// The *.signatures.txt files hold everything public of upstream's assemblies (2.85.0), as <see cref="PublicSurface"/> describes it. Each line
/// is here as well, unless it begins with a minus: those are left out on purpose. Nothing else is here.
/// </summary>
public sealed class GrpcSurfaceTests
{
    [Theory]
    [InlineData("Grpc.Core.Api")]
    [InlineData("Grpc.Net.Common")]
    [InlineData("Grpc.Net.ClientFactory")]
    [InlineData("Grpc.AspNetCore.Server.ClientFactory")]
    [InlineData("Grpc.HealthCheck")]
    [InlineData("Grpc.AspNetCore.HealthChecks")]
    [InlineData("Grpc.Reflection")]
    [InlineData("Grpc.AspNetCore.Server.Reflection")]
    public async Task Every_public_member_is_upstreams_and_upstreams_are_all_here(string name)
    {
        var path = Path.Combine(Path.GetDirectoryName(Samples.ProjectPath)!, "StandIns", "Grpc", $"{name}.signatures.txt");
        var upstream = await File.ReadAllTextAsync(path, TestContext.Current.CancellationToken);

        Assert.Equal("", Differences(upstream, PublicSurface.Describe(Assembly.Load(name))));
    }

    [Fact]
    public void A_member_that_upstream_lacks_and_one_that_is_missing_are_found()
    {
        Assert.Equal("", Differences("class A\n  int B()\n-  int Left()\n", "class A\n  int B()\n"));
        Assert.Equal("", Differences("class A\n  int B()\n-  int Left()\n", "class A\n  int B()\n  int Left()\n"));
        Assert.Equal("not upstream's: class A |  int C()\n", Differences("class A\n  int B()\n", "class A\n  int B()\n  int C()\n"));
        Assert.Equal("not here: class A |  int B()\n", Differences("class A\n  int B()\n", "class A\n"));
        Assert.Equal(
            "not upstream's: class A |  long B()\nnot here: class A |  int B()\n", Differences("class A\n  int B()\n", "class A\n  long B()\n"));
    }

    private static string Differences(string upstream, string here)
    {
        var theirs = WithTypes(upstream);
        var ours = WithTypes(here).Select(line => line.Line).ToList();
        var wrong = ours.Except(theirs.Select(line => line.Line)).Select(line => $"not upstream's: {line}\n");
        var missing = theirs.Where(line => !line.IsLeftOut).Select(line => line.Line).Except(ours).Select(line => $"not here: {line}\n");
        return string.Concat(wrong.Concat(missing));
    }

    /// <summary>Every line with the type that it belongs to before it.</summary>
    private static List<(string Line, bool IsLeftOut)> WithTypes(string signatures)
    {
        var lines = new List<(string, bool)>();
        var type = "";
        foreach (var written in signatures.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            var isLeftOut = written.StartsWith('-');
            var line = isLeftOut ? written[1..] : written;
            var isType = !line.StartsWith(' ');
            type = isType ? line : type;
            lines.Add((isType ? line : $"{type} |{line}", isLeftOut));
        }

        return lines;
    }
}
