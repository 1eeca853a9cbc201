using System.Globalization;

namespace KvStore.Web.Ring;

/// <summary>A place in the drawing, in its own units.</summary>
public readonly record struct RingPoint(double X, double Y)
{
    public string XText => Text(X);

    public string YText => Text(Y);

    /// <summary>With as many digits as a screen can show.</summary>
    public static string Text(double value) => Math.Round(value, 2).ToString(CultureInfo.InvariantCulture);

    public override string ToString() => $"{XText} {YText}";
}
