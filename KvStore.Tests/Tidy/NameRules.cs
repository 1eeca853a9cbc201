using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace KvStore.Tests.Tidy;

/// <summary>Names of types, files and namespaces. Stand-ins bear upstream's names; only their internal types are ours to name.</summary>
internal static partial class NameRules
{
    /// <summary>Words that fit everything and so let everything in.</summary>
    public static readonly IReadOnlySet<string> Vague = new HashSet<string>
    {
        "Manager", "Helper", "Helpers", "Util", "Utils", "Utility", "Utilities", "Common", "Base", "Impl", "Info", "Data", "Processor", "Handler",
        "Wrapper", "Extensions",
    };

    /// <summary>Terms in which such a word means something: the data log is what the write-ahead log is not.</summary>
    private static readonly string[] Terms = ["DataLog", "DataSegment"];

    /// <summary>Types whose name says nothing.</summary>
    public static IEnumerable<Finding> VagueNames(IEnumerable<SourceFile> sources) =>
        from source in sources
        from type in source.Types()
        let name = SourceFile.NameOf(type)
        where !source.File.IsStandIn || !IsPublic(type)
        from word in Words().Matches(WithoutTerms(name.Text)).Select(match => match.Value)
        where Vague.Contains(word) && !IsDemandedByDotNet(type, word)
        select source.FindingAt(name, $"type {name.Text} is named by '{word}'; name it by what it is");

    /// <summary>Types that share a name with a folder or project beside them (CS0118 at every use).</summary>
    public static IEnumerable<Finding> NamedLikeFolders(IReadOnlyCollection<SourceFile> sources)
    {
        var projects = sources.Where(source => source.File.Project.StartsWith("KvStore.", StringComparison.Ordinal))
            .SelectMany(source => source.File.Project.Split('.')).ToHashSet();
        var folders = sources.ToLookup(source => source.File.Project, source => source.File.Folder.Split('/').Skip(1));
        foreach (var source in sources.Where(source => !source.File.IsStandIn))
        {
            foreach (var type in source.Types().Where(type => type.Parent is not TypeDeclarationSyntax))
            {
                var name = SourceFile.NameOf(type);
                if (projects.Contains(name.Text) || folders[source.File.Project].Any(parts => parts.Contains(name.Text)))
                {
                    yield return source.FindingAt(name, $"type {name.Text} is named like a folder or project");
                }
            }
        }
    }

    /// <summary>
    /// Files that hold no type of their own name, or another top-level type beside it. A collection of tests, which is only a
    /// name with attributes, stands beside what its tests share.
    /// </summary>
    public static IEnumerable<Finding> MisnamedFiles(IEnumerable<SourceFile> sources)
    {
        foreach (var source in sources)
        {
            var types = source.Types().Where(type =>
                type.Parent is not TypeDeclarationSyntax && !type.Modifiers.Any(SyntaxKind.FileKeyword)).ToList();
            if (types.Count > 1)
            {
                types.RemoveAll(type => type.AttributeLists.SelectMany(list => list.Attributes).Any(attribute => attribute.Name.ToString() == "CollectionDefinition"));
            }

            var name = source.File.Name[..source.File.Name.IndexOf('.', StringComparison.Ordinal)];
            if (types.Count == 0)
            {
                continue; // top-level statements or assembly attributes
            }

            if (types.Count > 1)
            {
                var names = string.Join(", ", types.Select(type => SourceFile.NameOf(type).Text));
                yield return new Finding(source.Path, 0, $"holds {names}: one type a file");
            }
            else if (!FileNamesOf(types[0]).Contains(name))
            {
                yield return source.FindingAt(SourceFile.NameOf(types[0]), $"holds {SourceFile.NameOf(types[0]).Text}: a file is named by its type");
            }
        }
    }

    /// <summary>
    /// Namespaces that are not the path of their file. The client library's public types share the library's own namespace,
    /// so that its users need one using.
    /// </summary>
    public static IEnumerable<Finding> MisplacedNamespaces(IEnumerable<SourceFile> sources) =>
        from source in sources
        from declared in source.Nodes<BaseNamespaceDeclarationSyntax>()
        let isOfLibrary = source.File.Project == "KvStore.Client" && declared.Members.OfType<MemberDeclarationSyntax>().Any(IsPublic)
        let expected = (isOfLibrary ? source.File.Project : source.File.Folder).Replace('/', '.')
        where declared.Name.ToString() != expected
        select source.FindingAt(declared.Name, $"namespace {declared.Name} in folder {source.File.Folder}");

    private static string WithoutTerms(string name) =>
        Terms.Aggregate(name, static (rest, term) => rest.Replace(term, "", StringComparison.Ordinal));

    [GeneratedRegex("[A-Z]+(?![a-z])|[A-Z][a-z0-9]*")]
    private static partial Regex Words();

    /// <summary>"Call.cs"; of a generic type also "CallOfT.cs".</summary>
    private static IEnumerable<string> FileNamesOf(MemberDeclarationSyntax type)
    {
        var name = SourceFile.NameOf(type).Text;
        return type is TypeDeclarationSyntax { TypeParameterList: not null } or DelegateDeclarationSyntax { TypeParameterList: not null }
            ? [name, $"{name}OfT"]
            : [name];
    }

    /// <summary>Seen by those who use the assembly, so upstream's to name in a stand-in.</summary>
    private static bool IsPublic(MemberDeclarationSyntax type) =>
        type.Modifiers.Any(SyntaxKind.PublicKeyword) || type.Modifiers.Any(SyntaxKind.ProtectedKeyword);

    /// <summary>…Handler of a class in HttpClient's chain, …Extensions of a static class that is nothing but extension methods.</summary>
    private static bool IsDemandedByDotNet(MemberDeclarationSyntax type, string word) => (word, type) switch
    {
        ("Handler", ClassDeclarationSyntax { BaseList.Types: [var parent, ..] }) => parent.Type.ToString() is "DelegatingHandler" or "HttpMessageHandler",
        ("Extensions", ClassDeclarationSyntax extensions) => extensions.Modifiers.Any(SyntaxKind.StaticKeyword)
            && extensions.Members.OfType<MethodDeclarationSyntax>()
                .Where(method => method.Modifiers.Any(SyntaxKind.PublicKeyword) || method.Modifiers.Any(SyntaxKind.InternalKeyword))
                .All(method => method.ParameterList.Parameters is [var self, ..] && self.Modifiers.Any(SyntaxKind.ThisKeyword)),
        _ => false,
    };
}
