using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;

namespace KvStore.Node;

/// <summary>Checks what must hold, in Release too: a stopped member is repaired, a corrupt one spreads.</summary>
internal static class Invariant
{
    /// <param name="condition">What must be true here.</param>
    /// <param name="expression">Filled in by the compiler.</param>
    /// <exception cref="InvariantViolation">When it is not.</exception>
    public static void Holds([DoesNotReturnIf(false)] bool condition, [CallerArgumentExpression(nameof(condition))] string? expression = null)
    {
        if (!condition)
        {
            Violated(expression);
        }
    }

    [DoesNotReturn]
    private static void Violated(string? expression) => throw new InvariantViolation($"Invariant violated: {expression}");
}
