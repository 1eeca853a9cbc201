using System.Globalization;
using Aspire.Dashboard.Telemetry;

namespace Aspire.Dashboard.Display;

/// <summary>Numbers and times as people read them, in the time zone of this machine.</summary>
internal static class Figures
{
    private static readonly CultureInfo Culture = CultureInfo.InvariantCulture;

    public static string Clock(long nanos) => UnixNanos.ToTime(nanos).ToLocalTime().ToString("HH:mm:ss.fff", Culture);

    public static string Moment(long nanos) => UnixNanos.ToTime(nanos).ToLocalTime().ToString("yyyy-MM-dd HH:mm:ss.ffffff zzz", Culture);

    public static string Clock(DateTime? time) => time is { } known ? known.ToLocalTime().ToString("HH:mm:ss", Culture) : "–";

    public static string Moment(DateTime? time) => time is { } known ? known.ToLocalTime().ToString("yyyy-MM-dd HH:mm:ss zzz", Culture) : "";

    /// <param name="nanos">0 or more.</param>
    public static string Duration(long nanos) => nanos switch
    {
        < 1_000 => $"{nanos} ns",
        < 1_000_000 => $"{Short(nanos / 1e3)} µs",
        < 1_000_000_000 => $"{Short(nanos / 1e6)} ms",
        < 60_000_000_000 => $"{Short(nanos / 1e9)} s",
        < 3_600_000_000_000 => string.Create(Culture, $"{nanos / 60_000_000_000} min{Rest(nanos / 1_000_000_000 % 60, "s")}"),
        _ => string.Create(Culture, $"{nanos / 3_600_000_000_000} h{Rest(nanos / 60_000_000_000 % 60, "min")}"),
    };

    public static string Count(long count) => count.ToString("N0", Culture);

    /// <summary>Three digits that matter, with k, M, G for the large.</summary>
    public static string Value(double value) => Math.Abs(value) switch
    {
        0 => "0",
        >= 1e9 => $"{Short(value / 1e9)} G",
        >= 1e6 => $"{Short(value / 1e6)} M",
        >= 1e4 => $"{Short(value / 1e3)} k",
        < 1e-3 => value.ToString("0.##e-0", Culture),
        _ => Short(value),
    };

    /// <summary>A value with its unit: seconds as a duration, bytes in powers of 1024.</summary>
    public static string Value(double value, string unit) => unit switch
    {
        "s" when value >= 0 => Duration((long)(value * 1e9)),
        "ms" when value >= 0 => Duration((long)(value * 1e6)),
        "By" => Bytes(value),
        "" or "1" => Value(value),
        _ => $"{Value(value)} {Unit(unit)}",
    };

    /// <summary>The unit without the braces of a counted thing.</summary>
    public static string Unit(string unit) => unit.Trim('{', '}');

    /// <summary>A part of a whole, for a style.</summary>
    public static string Percent(double share) => string.Create(Culture, $"{Math.Round(share * 100, 3):0.###}%");

    public static string Bytes(double value)
    {
        string[] units = ["B", "KiB", "MiB", "GiB", "TiB"];
        var step = 0;
        while (Math.Abs(value) >= 1024 && step < units.Length - 1)
        {
            value /= 1024;
            step++;
        }

        return $"{Short(value)} {units[step]}";
    }

    private static string Rest(long count, string unit) => count == 0 ? "" : string.Create(Culture, $" {count} {unit}");

    private static string Short(double value) => Math.Abs(value) switch
    {
        >= 100 => value.ToString("0", Culture),
        >= 10 => value.ToString("0.#", Culture),
        _ => value.ToString("0.##", Culture),
    };
}
