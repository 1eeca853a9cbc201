using System.Collections.Immutable;

namespace KvStore.Web.Slots;

/// <summary>
/// From figures to a few steps of colour. Steps are narrow where figures are low and wide where they are high (they grow as
/// squares), so that a busy slot neither hides among its like nor bleaches all the others. Step 0 is "nothing". Pure.
/// </summary>
public sealed class HeatScale
{
    /// <summary>Steps above "nothing".</summary>
    public const int StepsMax = 8;

    private HeatScale(ImmutableArray<double> bounds, double most, bool isWhole)
    {
        Bounds = bounds;
        Most = most;
        IsWhole = isWhole;
    }

    /// <summary>Whether figures are whole numbers.</summary>
    public bool IsWhole { get; }

    /// <summary>Where each step above "nothing" begins, rising; empty if there is nothing at all.</summary>
    public ImmutableArray<double> Bounds { get; }

    public double Most { get; }

    /// <param name="isWhole">Whether figures are whole numbers: then steps begin at whole numbers, and there are no more steps than numbers.</param>
    public static HeatScale Of(IEnumerable<double> figures, bool isWhole)
    {
        double most = figures.DefaultIfEmpty().Max();
        if (most <= 0)
        {
            return new HeatScale([], 0, isWhole);
        }

        IEnumerable<double> squares = Enumerable.Range(0, StepsMax).Select(step => most * Math.Pow((double)step / StepsMax, 2));
        return new HeatScale(
            isWhole ? [.. squares.Select(bound => Math.Max(1, Math.Ceiling(bound))).Distinct()] : [.. squares],
            most,
            isWhole);
    }

    /// <summary>0 for nothing, else 1 to as many as there are <see cref="Bounds"/>.</summary>
    public int StepOf(double figure)
    {
        if (figure <= 0)
        {
            return 0;
        }

        int step = Bounds.Length;
        while (step > 1 && figure < Bounds[step - 1])
        {
            step--;
        }

        return step;
    }

    /// <summary>
    /// Its place in the palette: 0 for nothing, the last for the highest step, so that with few steps they lie far apart.
    /// </summary>
    public int ColorOf(int step) => step == 0 || Bounds.Length == 0
        ? 0
        : Bounds.Length == 1 ? HeatPalette.Count - 1 : 1 + (int)Math.Round((step - 1) * (HeatPalette.Count - 2.0) / (Bounds.Length - 1));
}
