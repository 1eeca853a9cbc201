using System.Runtime.CompilerServices;

namespace KvStore.Hosting;

/// <summary>Numbers that an AppHost gives.</summary>
internal static class Bounds
{
    /// <param name="value">What was given.</param>
    /// <param name="min">The least that is allowed.</param>
    /// <param name="max">The most that is allowed.</param>
    /// <param name="what">What the number is, as the beginning of a sentence.</param>
    /// <param name="why">Where the bounds come from, as a sentence after that one.</param>
    /// <param name="parameter">Filled in by the compiler.</param>
    /// <exception cref="ArgumentOutOfRangeException">It is less or more.</exception>
    public static void Check(
        int value,
        int min,
        int max,
        string what,
        string why = "",
        [CallerArgumentExpression(nameof(value))] string? parameter = null
    )
    {
        if (value < min || value > max)
        {
            throw new ArgumentOutOfRangeException(
                parameter,
                string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{what} must be from {min} to {max}, not {value}.{why}")
            );
        }
    }
}
