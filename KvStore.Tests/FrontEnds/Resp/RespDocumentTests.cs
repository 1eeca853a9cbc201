using System.Text.RegularExpressions;
using KvStore.Node.FrontEnds.Resp;
using KvStore.Tests.Tidy;
using Xunit;

namespace KvStore.Tests.FrontEnds.Resp;

/// <summary>docs/redis.md tells of every command that there is, and of none that there is not.</summary>
public sealed partial class RespDocumentTests
{
    [Fact]
    public void The_page_has_the_commands_of_the_table_and_how_each_is_run() => Assert.Equal(
        RespCommandTable.All.Select(command => (command.Name, RunOf(command))),
        from line in Repository.Here.File("docs/redis.md").Lines
        let row = Row().Match(line)
        where row.Success
        select (row.Groups[1].Value, row.Groups[2].Value));

    [Fact]
    public void Every_command_has_one_way_to_be_run() => Assert.All(RespCommandTable.All, command =>
        Assert.True(command.AtOnce is null != (command.Single is null && command.InSteps is null), command.Name));

    [Fact]
    public void Every_command_is_found_in_whatever_case_it_comes() => Assert.All(RespCommandTable.All, command =>
    {
        Assert.Same(command, RespCommandTable.Find(System.Text.Encoding.ASCII.GetBytes(command.Name.ToUpperInvariant())));
        Assert.Same(command, RespCommandTable.Find(System.Text.Encoding.ASCII.GetBytes(command.Name)));
    });

    [Theory]
    [InlineData("ioredis", "KvStore.Tests/Interop/package.json", "\"ioredis\": \"{0}\"")]
    [InlineData("node-redis", "KvStore.Tests/Interop/package.json", "\"redis\": \"{0}\"")]
    [InlineData("StackExchange.Redis", "Directory.Packages.props", "Include=\"StackExchange.Redis\" Version=\"{0}\"")]
    [InlineData(
        "Microsoft.Extensions.Caching.StackExchangeRedis", "Directory.Packages.props", "Include=\"Microsoft.Extensions.Caching.StackExchangeRedis\" Version=\"{0}\"")]
    [InlineData("Microsoft.Extensions.Caching.Hybrid on it", "Directory.Packages.props", "Include=\"Microsoft.Extensions.Caching.Hybrid\" Version=\"{0}\"")]
    public void The_page_names_the_version_of_each_client_that_the_tests_run(string client, string file, string format)
    {
        string row = Assert.Single(Repository.Here.File("docs/redis.md").Lines, line => line.StartsWith($"| {client} | ", StringComparison.Ordinal));
        string version = row.Split('|', StringSplitOptions.TrimEntries)[2];
        Assert.Matches("^[0-9]+[.][0-9]+[.][0-9]+$", version);
        Assert.Contains(format.Replace("{0}", version, StringComparison.Ordinal), string.Concat(Repository.Here.File(file).Lines), StringComparison.Ordinal);
    }

    private static string RunOf(RespCommand command) =>
        command.RunsAlone ? "alone"
        : command.AtOnce is not null ? "at once"
        : command.Single is null ? "steps"
        : command.InSteps is null ? "change"
        : "change or steps";

    [GeneratedRegex("^\\| `([a-z.]+)` \\| (at once|alone|steps|change|change or steps) \\|")]
    private static partial Regex Row();
}
