using System.Globalization;

namespace KvStore.Web.Display;

/// <summary>
/// A member's colour: a hue that its ordinal alone decides, so that it stays the same whoever joins or leaves. Steps of the
/// golden angle put the hues of any number of members as far apart as can be. Lightness and chroma are the theme's.
/// </summary>
internal static class MemberColor
{
    private const double GoldenAngle = 137.50776405;
    private const double FirstHue = 250;

    /// <summary>Degrees, 0 to 360.</summary>
    public static double HueOf(int ordinal) => (FirstHue + (ordinal * GoldenAngle)) % 360;

    /// <summary>For a style attribute; the style sheet makes colours of it.</summary>
    public static string StyleOf(int? ordinal) => ordinal is { } number
        ? string.Create(CultureInfo.InvariantCulture, $"--hue:{HueOf(number):0.#}")
        : "--hue:0;--member-chroma:0";
}
