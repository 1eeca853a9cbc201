using Xunit;

namespace KvStore.Tests.Tidy;

public sealed class SizeTests
{
    [Fact]
    public void No_file_is_too_long() => Verdict.Clean(SizeRules.LongFiles(Repository.Here.Files));

    [Fact]
    public void No_method_is_too_long() => Verdict.Clean(SizeRules.LongMethods(Repository.Here.Sources));

    [Theory]
    [InlineData("KvStore.Node/Ring/A.cs", 400, 0)]
    [InlineData("KvStore.Node/Ring/A.cs", 401, 1)]
    [InlineData("KvStore.Web/app.css", 401, 1)]
    [InlineData("KvStore.Node/Program.cs", 80, 0)]
    [InlineData("KvStore.Node/Program.cs", 81, 1)]
    [InlineData("standins/X/A.cs", 600, 0)]
    [InlineData("standins/X/A.cs", 601, 1)]
    [InlineData("README.md", 401, 0)]
    public void A_file_that_is_too_long_is_found(string path, int lines, int findings) =>
        Assert.Equal(findings, SizeRules.LongFiles([new RepositoryFile(path, string.Concat(Enumerable.Repeat("// line\n", lines)))]).Count());

    [Theory]
    [InlineData("void X()", 50, 0)]
    [InlineData("void X()", 51, 1)]
    [InlineData("A()", 51, 1)]
    [InlineData("[Attribute]\n/* about X */\nvoid X(\nint a)", 50, 0)]
    [InlineData("void Y() { } int X { get; set; } void Z()", 51, 1)]
    [InlineData("void Y() { void X()", 51, 2)]
    public void A_method_that_is_too_long_is_found(string signature, int lines, int findings)
    {
        var body = string.Concat(Enumerable.Repeat("_x++;\n", lines));

        Assert.Equal(findings, SizeRules.LongMethods([SourceFile.Sample("A.cs", $"class A {{\n{signature}\n{{\n{body}}}\n}}")]).Count());
    }

    [Fact]
    public void An_expression_that_is_too_long_is_found()
    {
        var arms = string.Concat(Enumerable.Range(0, SizeRules.MethodLinesMax).Select(i => $"{i} => {i},\n"));

        Assert.Single(SizeRules.LongMethods([SourceFile.Sample("A.cs", $"class A {{ int X(int a) => a switch\n{{\n{arms}}}; }}")]));
    }
}
