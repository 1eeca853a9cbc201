using Xunit;

namespace KvStore.Tests.Tidy;

public sealed class StandInTests
{
    [Fact]
    public void The_product_does_not_know_of_stand_ins() => Verdict.Clean(
        StandInRules.Mentions(Repository.Here.Files),
        new Allowance("KvStore.AppHost/KvStore.AppHost.csproj", "UseUpstreamPackages", "An SDK can only be imported by the project that uses it."));

    [Fact]
    public void Stand_ins_show_their_inside_to_tests_alone() => Verdict.Clean(StandInRules.OpenedToTheProduct(Repository.Here.Files));

    [Theory]
    [InlineData("<InternalsVisibleTo Include=\"KvStore.AppHost\" />", 1)]
    [InlineData("[assembly: InternalsVisibleTo(\"KvStore.Node\")]", 1)]
    [InlineData("<InternalsVisibleTo Include=\"KvStore.Tests\" />", 0)]
    [InlineData("<InternalsVisibleTo Include=\"Aspire.Hosting.Testing\" />", 0)]
    public void A_stand_in_that_shows_its_inside_is_found(string text, int findings) =>
        Assert.Equal(findings, StandInRules.OpenedToTheProduct([new RepositoryFile("standins/X/X.csproj", text)]).Count());

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
