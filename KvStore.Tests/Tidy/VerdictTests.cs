using Xunit;

namespace KvStore.Tests.Tidy;

public sealed class VerdictTests
{
    private static readonly Finding Long = new("a.cs", 0, "500 lines, at most 400");
    private static readonly Finding Vague = new("a.cs", 3, "type Helper is vague");

    [Fact]
    public void An_allowance_covers_the_findings_it_is_for() =>
        Assert.Equal(["a.cs:3: type Helper is vague"], Verdict.Of([Long, Vague], [new("a.cs", "lines", "a table")]));

    [Fact]
    public void An_allowance_for_nothing_is_a_finding() => Assert.Equal(
        ["a.cs: 500 lines, at most 400", "b.cs: the exception for 'lines' is no longer needed; remove it"],
        Verdict.Of([Long], [new("b.cs", "lines", "a table")]));

    [Fact]
    public void A_problem_fails_the_test_and_names_the_place() => Assert.Contains(
        "a.cs:3: type Helper is vague", Assert.ThrowsAny<Exception>(() => Verdict.Clean([Vague])).Message, StringComparison.Ordinal);

    [Fact]
    public void The_files_read_are_those_of_this_repository_and_none_that_is_built()
    {
        var paths = Repository.Here.Files.Select(file => file.Path).ToList();

        Assert.Contains("KvStore.Node/Ring/HashRing.cs", paths);
        Assert.Contains("KvStore.Tests/Tidy/VerdictTests.cs", paths);
        Assert.DoesNotContain(paths, path => path.StartsWith("artifacts/", StringComparison.Ordinal) || path.Contains("/obj/", StringComparison.Ordinal));
        Assert.InRange(Repository.Here.Sources.Count, 200, int.MaxValue);
    }

    [Fact]
    public void A_pattern_that_is_more_than_a_name_is_refused() =>
        Assert.Throws<FormatException>(() => IgnoredNames.Parse(["a/b"]));

    [Fact]
    public void Ignored_names_match_whole_names()
    {
        var ignored = IgnoredNames.Parse(["# comment", "", "bin/", "*.user"]);

        Assert.Equal([true, true, true, false, false], new[] { ".git", "bin", "a.user", "cabin", ".gitignore" }.Select(ignored.Match));
    }
}
