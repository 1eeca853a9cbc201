using System.Globalization;
using Aspire.Dashboard.Telemetry;

namespace Aspire.Dashboard.Display;

/// <summary>The colour of a resource: hues a golden angle apart, so that neighbours in number are far apart in colour.</summary>
internal static class ResourceHue
{
    private const double GoldenAngle = 137.508;
    private const double First = 195;

    public static string StyleOf(TelemetryResource resource) => StyleOf(resource.Number);

    public static string StyleOf(int number) =>
        string.Create(CultureInfo.InvariantCulture, $"--hue:{Math.Round((First + (number * GoldenAngle)) % 360):0}");
}
