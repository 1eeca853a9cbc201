using Xunit;

namespace KvStore.Tests.Tidy;

public sealed class StandInTests
{
    [Fact]
    public void The_product_does_not_know_of_stand_ins() => Verdict.Clean(
        StandInRules.Mentions(Repository.Here.Files),
        new Allowance("KvStore.AppHost/KvStore.AppHost.csproj", "UseUpstreamPackages", "An SDK can only be imported by the project that uses it."));

    [Theory]
    [InlineData("KvStore.Node/A.cs", "// the stand-in does it so", 1)]
    [InlineData("KvStore.Web/KvStore.Web.csproj", "<ProjectReference Include=\"../standins/X/X.csproj\" />", 1)]
    [InlineData("KvStore.Web/KvStore.Web.csproj", "<X Condition=\"'$(UseUpstreamPackages)' == 'true'\" />", 1)]
    [InlineData("KvStore.Node/A.cs", "bool IsStandInFor;", 1)]
    [InlineData("KvStore.Node/A.cs", "the longest-standing facts, outstanding", 0)]
    [InlineData("KvStore.Tests/StandIns/A.cs", "namespace KvStore.Tests.StandIns;", 0)]
    [InlineData("standins/README.md", "stand-ins", 0)]
    public void A_mention_is_found(string path, string text, int findings) =>
        Assert.Equal(findings, StandInRules.Mentions([new RepositoryFile(path, text)]).Count());
}
