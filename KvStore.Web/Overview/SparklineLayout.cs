using System.Collections.Immutable;
using System.Globalization;
using System.Text;

namespace KvStore.Web.Overview;

/// <summary>A small line of the last values: from 0 at the bottom to the most at the top, the newest at the right edge.</summary>
/// <param name="Line">An SVG path; broken where values are not known.</param>
/// <param name="Area">What is below the line, likewise.</param>
/// <param name="Most">What the top stands for.</param>
internal sealed record SparklineLayout(string Line, string Area, double Most)
{
    public const double Width = 120;
    public const double Height = 28;

    /// <summary>How many values fill the width: two minutes of them.</summary>
    public const int Places = 120;

    private const double Margin = 1.5;

    public static SparklineLayout Of(ImmutableArray<double?> values)
    {
        ImmutableArray<double?> shown = values.Length > Places ? values[^Places..] : values;
        double most = shown.Max() ?? 0;
        StringBuilder line = new();
        StringBuilder area = new();
        int start = -1;
        for (int i = 0; i <= shown.Length; i++)
        {
            double? value = i < shown.Length ? shown[i] : null;
            if (value is { } known)
            {
                line.Append(CultureInfo.InvariantCulture, $"{(start < 0 ? 'M' : 'L')}{X(i, shown.Length):0.#} {Y(known, most):0.##}");
                area.Append(CultureInfo.InvariantCulture, $"{(start < 0 ? $"M{Text(X(i, shown.Length))} {Height}L" : "L")}{X(i, shown.Length):0.#} {Y(known, most):0.##}");
                start = start < 0 ? i : start;
            }
            else if (start >= 0)
            {
                // One value alone would be a line without length.
                line.Append("h0.01");
                area.Append(CultureInfo.InvariantCulture, $"L{X(i - 1, shown.Length):0.#} {Height}Z");
                start = -1;
            }
        }

        return new SparklineLayout(line.ToString(), area.ToString(), most);
    }

    private static double X(int index, int count) => Width - Margin - ((count - 1 - index) * (Width - (2 * Margin)) / (Places - 1));

    private static double Y(double value, double most) => most > 0 ? Height - Margin - (value / most * (Height - (2 * Margin))) : Height - Margin;

    private static string Text(double value) => value.ToString("0.#", CultureInfo.InvariantCulture);
}
