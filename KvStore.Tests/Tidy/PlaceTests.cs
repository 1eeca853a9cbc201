using Xunit;

namespace KvStore.Tests.Tidy;

public sealed class PlaceTests
{
    [Fact]
    public void No_file_names_a_folder_of_a_machine() => Verdict.Clean(PlaceRules.Machines(Repository.Here.Files));

    [Fact]
    public void No_file_names_a_package_feed_or_another_host() => Verdict.Clean(PlaceRules.Feeds(Repository.Here.Files));

    [Fact]
    public void Nothing_is_left_for_later() => Verdict.Clean(PlaceRules.Unfinished(Repository.Here.Files));

    [Theory]
    [InlineData("cd ~/x || cd /h" + "ome/somebody/x", 1)]
    [InlineData("\"/Us" + "ers/somebody\"", 1)]
    [InlineData("C:\\Us" + "ers\\somebody", 1)]
    [InlineData("rm -r /t" + "mp/kv", 1)]
    [InlineData("`artifacts/t" + "mp/kv` and $HOME/.local and /proc/self/stat", 0)]
    public void A_folder_of_a_machine_is_found(string line, int findings) => Assert.Equal(findings, PlaceRules.Machines([Sample(line)]).Count());

    [Theory]
    [InlineData("<add key=\"a\" value=\"https:" + "//feed.packages.test/v3/index.json\" />", 1)]
    [InlineData("see http:" + "//build.internal:8080/", 1)]
    [InlineData("http://localhost:8001/kv/a http://node1/ http://127.0.0.2:1 http://example.org", 0)]
    public void A_host_that_is_not_on_the_list_is_found(string line, int findings) => Assert.Equal(findings, PlaceRules.Feeds([Sample(line)]).Count());

    [Theory]
    [InlineData("// TO" + "DO: later", 1)]
    [InlineData("# FIX" + "ME", 1)]
    [InlineData("to do, Hackney, fixme", 0)]
    public void Work_left_for_later_is_found(string line, int findings) => Assert.Equal(findings, PlaceRules.Unfinished([Sample(line)]).Count());

    private static RepositoryFile Sample(string line) => new("docs/a.md", $"# A\n{line}\n");
}
