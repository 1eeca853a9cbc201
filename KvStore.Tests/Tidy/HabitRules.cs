using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace KvStore.Tests.Tidy;

/// <summary>Habits that hide failures or make tests slow and unsteady.</summary>
internal static class HabitRules
{
    /// <summary>Catch blocks that take anything and say nothing, and empty ones that do not even say why.</summary>
    public static IEnumerable<Finding> SilentCatches(IEnumerable<SourceFile> sources) =>
        from source in sources
        from caught in source.Nodes<CatchClauseSyntax>()
        let problem = ProblemOf(caught)
        where problem is not null
        select source.FindingAt(caught, problem);

    public static IEnumerable<Finding> Sleeps(IEnumerable<SourceFile> sources) =>
        from source in sources
        from call in source.Nodes<InvocationExpressionSyntax>()
        where call.Expression.ToString() is "Thread.Sleep" or "System.Threading.Thread.Sleep"
        select source.FindingAt(call, "sleeps: wait for what is awaited");

    /// <summary>Tests that wait for a time of the wall: unless the time is passed, every wait is a guess about the machine.</summary>
    public static IEnumerable<Finding> TestDelays(IEnumerable<SourceFile> sources) =>
        from source in sources
        where source.File.IsTest
        from call in source.Nodes<InvocationExpressionSyntax>()
        where call.Expression.ToString() is "Task.Delay" && !IsForEver(call) && !HasTimeProvider(call)
        select source.FindingAt(call, "waits for a time: wait for a condition, or pass a time that the test drives");

    private static string? ProblemOf(CatchClauseSyntax caught)
    {
        var takesAnything = caught.Filter is null && caught.Declaration?.Type.ToString() is null or "Exception" or "System.Exception";
        var isEmpty = caught.Block.Statements.Count == 0;
        if (!takesAnything || caught.Filter is not null)
        {
            var hasReason = caught.Block.DescendantTrivia().Any(trivia => trivia.IsKind(SyntaxKind.SingleLineCommentTrivia) || trivia.IsKind(SyntaxKind.MultiLineCommentTrivia));
            return isEmpty && !hasReason ? "an empty catch without a comment that says why nothing needs doing" : null;
        }

        var name = caught.Declaration?.Identifier.Text;
        var speaks = caught.Block.DescendantNodes().Any(node =>
            node is ThrowStatementSyntax or ThrowExpressionSyntax
            || (node is IdentifierNameSyntax used && used.Identifier.Text == name));
        return speaks ? null : "a catch of everything that neither throws nor says what it caught";
    }

    private static bool IsForEver(InvocationExpressionSyntax call) =>
        call.ArgumentList.Arguments is [var first, ..] && first.ToString() is "Timeout.Infinite" or "Timeout.InfiniteTimeSpan";

    private static bool HasTimeProvider(InvocationExpressionSyntax call) =>
        call.ArgumentList.Arguments is [_, var second, ..] && second.Expression is IdentifierNameSyntax or MemberAccessExpressionSyntax
        && second.ToString().Split('.')[^1].Contains("time", StringComparison.OrdinalIgnoreCase);
}
