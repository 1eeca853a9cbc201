using Xunit;

namespace KvStore.Tests.Tidy;

public sealed class DocumentTests
{
    [Fact]
    public void What_documents_link_to_exists() => Verdict.Clean(DocumentRules.DeadLinks(Repository.Here.Files, Repository.Here.Paths));

    [Fact]
    public void What_documents_name_is_in_the_code() => Verdict.Clean(
        DocumentRules.UnknownNames(Repository.Here.Files, Repository.Here.Sources));

    [Fact]
    public void The_readme_has_the_two_commands() => Verdict.Clean(DocumentRules.OtherCommands(Repository.Here.File("README.md")));

    [Fact]
    public void Decisions_are_numbered_and_listed() => Verdict.Clean(DocumentRules.LooseDecisions([.. Repository.Here.Files]));

    [Theory]
    [InlineData("[a](other.md)", 1)]
    [InlineData("![a](../docs/images/none.png \"title\")", 1)]
    [InlineData("[a](b.md#no-such-heading)", 1)]
    [InlineData("[a](#no-such-heading)", 1)]
    [InlineData("[a](../../outside.md)", 1)]
    [InlineData("[a]: other.md", 1)]
    [InlineData("[a](b.md), [b](b.md#two-words-and-a-sign), [c](#here), [d](../LICENSE), [e](images), [f](https://example.org/x.md)", 0)]
    [InlineData("`[a](other.md)`", 0)]
    [InlineData("```\n[a](other.md)\n```", 0)]
    public void A_dead_link_is_found(string text, int findings)
    {
        RepositoryFile[] files = [new("docs/a.md", $"# Here\n{text}\n"), new("docs/b.md", "## Two words, and a `sign`\n")];

        Assert.Equal(findings, DocumentRules.DeadLinks(files, new HashSet<string> { "docs", "docs/a.md", "docs/b.md", "docs/images", "LICENSE" }).Count());
    }

    [Theory]
    [InlineData("`Lane`, `Lane.Run`, `Lane.Run(256)`, `lane`, `KvStore.sln`, `Ring/`, `PUT /kv/a`", 0)]
    [InlineData("`Worker`", 1)]
    [InlineData("`Lane.Stop`", 1)]
    public void A_name_that_the_code_does_not_have_is_found(string text, int findings) => Assert.Equal(
        findings,
        DocumentRules.UnknownNames([new("ARCHITECTURE.md", text)], [SourceFile.Sample("KvStore.Node/Lane.cs", "class Lane { void Run() { } }")]).Count());

    [Theory]
    [InlineData("```\ndotnet run --project KvStore.AppHost\ndotnet test\n```", 0)]
    [InlineData("```\ndotnet run --project KvStore.AppHost\n```", 1)]
    [InlineData("```\ndotnet restore\ndotnet run --project KvStore.AppHost\ndotnet test\n```", 1)]
    [InlineData("no commands", 1)]
    public void Another_set_of_commands_is_found(string text, int findings) =>
        Assert.Equal(findings, DocumentRules.OtherCommands(new RepositoryFile("README.md", text)).Count());

    [Theory]
    [InlineData("0001-a.md", "# 1. A", "[1](0001-a.md)", 0)]
    [InlineData("0002-a.md", "# 2. A", "[2](0002-a.md)", 1)]
    [InlineData("0001-a.md", "# 2. A", "[1](0001-a.md)", 1)]
    [InlineData("0001-a.md", "# 1. A", "", 1)]
    public void A_loose_decision_is_found(string name, string heading, string index, int findings) => Assert.Equal(
        findings,
        DocumentRules.LooseDecisions(
        [
            new($"{DocumentRules.Decisions}/{name}", $"{heading}\n## Context\n## Decision\n## Cost\n"),
            new($"{DocumentRules.Decisions}/README.md", index),
        ]).Count());

    [Fact]
    public void A_decision_that_hides_its_cost_is_found() => Assert.Equal(
        ["docs/decisions/0001-a.md: has no heading 'cost'"],
        DocumentRules.LooseDecisions(
        [
            new("docs/decisions/0001-a.md", "# 1. A\n## Context\n## Decision\n"),
            new("docs/decisions/README.md", "[1](0001-a.md)"),
        ]).Select(finding => finding.ToString()));
}
