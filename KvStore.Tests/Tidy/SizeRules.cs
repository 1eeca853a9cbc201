using System.Globalization;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace KvStore.Tests.Tidy;

/// <summary>How long a file and a method may be. What is longer holds two ideas, and is split by them.</summary>
internal static class SizeRules
{
    public const int FileLinesMax = 400;

    /// <summary>Upstream's static classes are long, and their shape is not ours to choose.</summary>
    public const int StandInFileLinesMax = 600;

    /// <summary>Between the braces, or of the expression; a signature may be as long as its parameters need.</summary>
    public const int MethodLinesMax = 50;

    /// <summary>Program.cs and AppHost.cs compose: they fit on a screen.</summary>
    public const int CompositionLinesMax = 80;

    /// <summary>Written by hand and read by people, so measured.</summary>
    private static readonly string[] Extensions = [".cs", ".razor", ".css", ".js", ".proto", ".csproj", ".props", ".targets"];

    private static readonly string[] Compositions = ["Program.cs", "AppHost.cs"];

    public static IEnumerable<Finding> LongFiles(IEnumerable<RepositoryFile> files) =>
        from file in files
        where file.HasExtension(Extensions)
        let most = MostLines(file)
        where file.Lines.Count > most
        select new Finding(file.Path, 0, string.Create(CultureInfo.InvariantCulture, $"{file.Lines.Count} lines, at most {most}"));

    public static IEnumerable<Finding> LongMethods(IEnumerable<SourceFile> sources) =>
        from source in sources
        from node in source.Nodes<SyntaxNode>()
        let length = BodyOf(node) is { } body ? Lines(body) : 0
        where length > MethodLinesMax
        select source.FindingAt(node, string.Create(
            CultureInfo.InvariantCulture, $"{NameOf(node)} has {length} lines, at most {MethodLinesMax}"));

    private static int MostLines(RepositoryFile file) => file switch
    {
        { IsStandIn: true } => StandInFileLinesMax,
        { IsTest: false } when Compositions.Contains(file.Name) => CompositionLinesMax,
        _ => FileLinesMax,
    };

    private static SyntaxNode? BodyOf(SyntaxNode node) => node switch
    {
        BaseMethodDeclarationSyntax method => method.Body ?? method.ExpressionBody?.Expression as SyntaxNode,
        AccessorDeclarationSyntax accessor => accessor.Body ?? accessor.ExpressionBody?.Expression as SyntaxNode,
        LocalFunctionStatementSyntax function => function.Body ?? function.ExpressionBody?.Expression as SyntaxNode,
        PropertyDeclarationSyntax property => property.ExpressionBody?.Expression,
        _ => null,
    };

    private static string NameOf(SyntaxNode node) => node switch
    {
        MethodDeclarationSyntax method => method.Identifier.Text,
        ConstructorDeclarationSyntax constructor => constructor.Identifier.Text,
        LocalFunctionStatementSyntax function => function.Identifier.Text,
        PropertyDeclarationSyntax property => property.Identifier.Text,
        AccessorDeclarationSyntax accessor => accessor.Keyword.Text,
        _ => "it",
    };

    private static int Lines(SyntaxNode body)
    {
        var span = body.GetLocation().GetLineSpan();
        var lines = span.EndLinePosition.Line - span.StartLinePosition.Line + 1;
        return body is BlockSyntax ? lines - 2 : lines;
    }
}
