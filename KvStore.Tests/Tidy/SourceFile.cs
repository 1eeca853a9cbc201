using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace KvStore.Tests.Tidy;

/// <summary>A C# file and its syntax. Nothing is compiled: rules judge what is written.</summary>
internal sealed record SourceFile(RepositoryFile File, CompilationUnitSyntax Root)
{
    private static readonly CSharpParseOptions Options = new(LanguageVersion.Preview, DocumentationMode.None);

    public string Path => File.Path;

    /// <summary>Below the project: "" for KvStore.Node/Program.cs, "Storage" for KvStore.Node/Storage/Log/LogFrame.cs.</summary>
    public string Layer => File.Path.Split('/') is { Length: > 2 } parts ? parts[1] : "";

    public static SourceFile Parse(RepositoryFile file) =>
        new(file, SyntaxFactory.ParseCompilationUnit(file.Text, options: Options));

    /// <summary>A file that exists only in a test of a rule.</summary>
    public static SourceFile Sample(string path, string text) => Parse(new RepositoryFile(path, text));

    public IEnumerable<T> Nodes<T>()
        where T : SyntaxNode => Root.DescendantNodes().OfType<T>();

    /// <summary>Types declared in it, delegates and nested ones included.</summary>
    public IEnumerable<MemberDeclarationSyntax> Types() =>
        Nodes<MemberDeclarationSyntax>().Where(node => node is BaseTypeDeclarationSyntax or DelegateDeclarationSyntax);

    public static SyntaxToken NameOf(MemberDeclarationSyntax type) => type switch
    {
        BaseTypeDeclarationSyntax declared => declared.Identifier,
        DelegateDeclarationSyntax declared => declared.Identifier,
        _ => throw new ArgumentException($"{type.Kind()} declares no type"),
    };

    public Finding FindingAt(SyntaxNode node, string message) => FindingAt(node.GetLocation(), message);

    public Finding FindingAt(SyntaxToken token, string message) => FindingAt(token.GetLocation(), message);

    private Finding FindingAt(Location location, string message) =>
        new(File.Path, location.GetLineSpan().StartLinePosition.Line + 1, message);
}
