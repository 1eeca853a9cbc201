using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace KvStore.Tests.Tidy;

/// <summary>
/// KvStore.Node's folders are layers: a folder imports only folders of a lower height, so that the first cycle between two
/// ideas is a failing test and not a habit.
/// </summary>
internal static class LayerRules
{
    public const string Node = "KvStore.Node";

    /// <summary>The table of ARCHITECTURE.md. Folders of one height do not know one another.</summary>
    public static readonly IReadOnlyDictionary<string, int> Heights = new Dictionary<string, int>
    {
        ["Telemetry"] = 0,
        ["Registers"] = 0,
        ["Ring"] = 0,
        ["Topology"] = 1,
        ["Membership"] = 1,
        ["Storage"] = 1,
        ["Peers"] = 2,
        ["Gossip"] = 3,
        ["Replication"] = 3,
        ["Coordination"] = 4,
        ["Migration"] = 5,
        ["Convergence"] = 5,
        ["Configuration"] = 5,
        ["FrontEnds"] = 6,
        ["Hosting"] = 7,
    };

    /// <summary>Types of the project's own folder that every layer may use; the rest of it is for <see cref="AboveAll"/>.</summary>
    public static readonly IReadOnlySet<string> ForEveryone = new HashSet<string> { "Invariant", "InvariantViolation" };

    /// <summary>Folders that may use the member as a whole and its options.</summary>
    public static readonly IReadOnlySet<string> AboveAll = new HashSet<string> { "", "Configuration", "FrontEnds", "Hosting" };

    /// <summary>Imports of KvStore.Node that do not go down.</summary>
    public static IEnumerable<Finding> Upward(IReadOnlyCollection<SourceFile> sources)
    {
        var node = sources.Where(source => source.File.Project == Node).ToList();
        var types = node.ToLookup(source => source.Layer, source => source.Types().Select(type => SourceFile.NameOf(type).Text))
            .ToDictionary(layer => layer.Key, layer => layer.SelectMany(names => names).ToHashSet(StringComparer.Ordinal));
        foreach (var source in node.Where(source => source.Layer.Length > 0))
        {
            if (!Heights.TryGetValue(source.Layer, out var height))
            {
                yield return new Finding(source.Path, 0, $"folder {source.Layer} has no place in the table of layers");
                continue;
            }

            foreach (var (target, at) in Imports(source, types))
            {
                if (target.Length == 0 ? !AboveAll.Contains(source.Layer) : Heights.GetValueOrDefault(target, int.MaxValue) >= height)
                {
                    yield return source.FindingAt(at, $"{source.Layer} ({height}) imports {(target.Length == 0 ? "the whole member" : target)}: {at}");
                }
            }
        }
    }

    private static IEnumerable<(string Layer, SyntaxNode At)> Imports(SourceFile source, Dictionary<string, HashSet<string>> types)
    {
        var root = types.GetValueOrDefault("", []);
        foreach (var name in DottedNames(source))
        {
            var parts = name.ToString().Replace("global::", "", StringComparison.Ordinal).Split('.', StringSplitOptions.TrimEntries);
            var skipped = parts is ["KvStore", "Node", ..] ? 2 : parts is ["Node", ..] ? 1 : 0;
            if (parts.Length <= skipped)
            {
                continue;
            }

            // "Topology.Find()" on a property of that name is no import: without the prefix the next part must be a type there.
            var isLayer = types.TryGetValue(parts[skipped], out var inLayer)
                && (skipped > 0 || (parts.Length > 1 && inLayer.Contains(parts[1])));
            if (isLayer && parts[skipped] != source.Layer)
            {
                yield return (parts[skipped], name);
            }
            else if (skipped > 0 && root.Contains(parts[skipped]) && !ForEveryone.Contains(parts[skipped]))
            {
                yield return ("", name);
            }
        }

        foreach (var name in source.Nodes<IdentifierNameSyntax>().Where(IsType))
        {
            if (root.Contains(name.Identifier.Text) && !ForEveryone.Contains(name.Identifier.Text))
            {
                yield return ("", name);
            }
        }
    }

    /// <summary>Names with dots, each once and whole: of usings, types and expressions.</summary>
    private static IEnumerable<SyntaxNode> DottedNames(SourceFile source) => source.Root.DescendantNodes().Where(node =>
        node is QualifiedNameSyntax or MemberAccessExpressionSyntax
        && node.Parent is not (QualifiedNameSyntax or MemberAccessExpressionSyntax or BaseNamespaceDeclarationSyntax));

    private static bool IsType(IdentifierNameSyntax name) => name.Parent switch
    {
        NullableTypeSyntax or ArrayTypeSyntax or TypeArgumentListSyntax or BaseTypeSyntax or TypeOfExpressionSyntax => true,
        ParameterSyntax or VariableDeclarationSyntax or ObjectCreationExpressionSyntax or CastExpressionSyntax => true,
        MethodDeclarationSyntax or PropertyDeclarationSyntax or DeclarationPatternSyntax or RecursivePatternSyntax => true,
        MemberAccessExpressionSyntax access => access.Expression == name && IsStaticUse(access, name),
        _ => false,
    };

    /// <summary>Tells "NodeOptionsReader.MembersMax" from "member.Id" as far as writing does: types begin with a capital and properties of this class do too.</summary>
    private static bool IsStaticUse(MemberAccessExpressionSyntax access, IdentifierNameSyntax name) =>
        char.IsUpper(name.Identifier.Text[0])
        && !access.Ancestors().OfType<TypeDeclarationSyntax>().Any(type => DeclaresMember(type, name.Identifier.Text));

    private static bool DeclaresMember(TypeDeclarationSyntax type, string name) =>
        type.Members.OfType<PropertyDeclarationSyntax>().Any(property => property.Identifier.Text == name)
        || type.ParameterList?.Parameters.Any(parameter => parameter.Identifier.Text == name) == true;
}
