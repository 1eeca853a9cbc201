using System.Globalization;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace KvStore.Tests.Tidy;

/// <summary>What a folder of KvStore.Node must not touch: the pure ones the world, and all but one the disk.</summary>
internal static class PurityRules
{
    /// <summary>Decisions live here: functions of their arguments, which is why they can be tested in full and replayed.</summary>
    public static readonly IReadOnlySet<string> PureFolders = new HashSet<string> { "Registers", "Ring", "Topology", "Membership" };

    /// <summary>The only folder that opens files.</summary>
    public const string FileFolder = "Storage";

    /// <summary>The only interfaces: each has a real and a simulated implementation.</summary>
    public static readonly IReadOnlySet<string> Interfaces = new HashSet<string> { "IStore", "IPeer", "IGossipWire" };

    private static readonly IReadOnlySet<string> World = new HashSet<string>
    {
        "Task", "ValueTask", "TaskCompletionSource", "CancellationToken", "CancellationTokenSource", "Thread", "ThreadPool", "Timer", "ITimer",
        "PeriodicTimer", "Interlocked", "Monitor", "SemaphoreSlim", "Channel", "TimeProvider", "Stopwatch", "ILogger", "ILoggerFactory",
        "IServiceProvider", "IConfiguration", "IOptions", "HttpClient", "Socket", "Console", "Environment", "Activity",
    };

    private static readonly IReadOnlySet<string> Ambient = new HashSet<string>
    {
        "Random.Shared", "Guid.NewGuid", "Guid.CreateVersion7", "DateTime.Now", "DateTime.UtcNow", "DateTime.Today", "DateTimeOffset.Now",
        "DateTimeOffset.UtcNow",
    };

    private static readonly IReadOnlySet<string> FileTypes = new HashSet<string>
    {
        "File", "Directory", "FileStream", "FileInfo", "DirectoryInfo", "RandomAccess", "StreamReader", "StreamWriter", "FileSystemWatcher",
    };

    /// <summary>Uses of the world by pure folders.</summary>
    public static IEnumerable<Finding> Impure(IEnumerable<SourceFile> sources)
    {
        foreach (var source in sources.Where(source => source.File.Project == LayerRules.Node && PureFolders.Contains(source.Layer)))
        {
            foreach (var name in source.Nodes<SimpleNameSyntax>().Where(name => World.Contains(name.Identifier.Text) && IsReference(name)))
            {
                yield return source.FindingAt(name, $"{source.Layer} is pure and uses {name.Identifier.Text}");
            }

            foreach (var access in source.Nodes<MemberAccessExpressionSyntax>().Where(access => Ambient.Contains(access.ToString())))
            {
                yield return source.FindingAt(access, $"{source.Layer} is pure and uses {access}");
            }

            foreach (var token in source.Root.DescendantTokens())
            {
                if (token.IsKind(SyntaxKind.AsyncKeyword) || token.IsKind(SyntaxKind.LockKeyword))
                {
                    yield return source.FindingAt(token, $"{source.Layer} is pure and says {token.Text}");
                }
            }
        }
    }

    /// <summary>Uses of files by folders of the node other than <see cref="FileFolder"/>.</summary>
    public static IEnumerable<Finding> Files(IEnumerable<SourceFile> sources) =>
        from source in sources
        where source.File.Project == LayerRules.Node && source.Layer is not FileFolder
        from name in source.Nodes<IdentifierNameSyntax>()
        where FileTypes.Contains(name.Identifier.Text) && IsReference(name)
        select source.FindingAt(name, $"{name.Identifier.Text} is used outside {FileFolder}/");

    public static IEnumerable<Finding> MoreInterfaces(IEnumerable<SourceFile> sources) =>
        from source in sources
        where source.File.Project == LayerRules.Node
        from declared in source.Nodes<InterfaceDeclarationSyntax>()
        where !Interfaces.Contains(declared.Identifier.Text)
        select source.FindingAt(declared, string.Create(
            CultureInfo.InvariantCulture, $"interface {declared.Identifier.Text}: the node has {Interfaces.Count} seams; a call behind another hides and buys nothing"));

    /// <summary>False for the right side of a dot: "contents.Directory" names a property, whatever its type.</summary>
    private static bool IsReference(SimpleNameSyntax name) => name.Parent switch
    {
        MemberAccessExpressionSyntax access => access.Expression == name,
        MemberBindingExpressionSyntax or NameColonSyntax or NameEqualsSyntax => false,
        AssignmentExpressionSyntax assignment when assignment.Parent is InitializerExpressionSyntax => assignment.Left != name,
        _ => true,
    };
}
