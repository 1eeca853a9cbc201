using System.Globalization;

namespace KvStore.Node.Configuration;

/// <summary>Times and amounts of memory as people write them: a number with its unit.</summary>
internal static class Quantity
{
    private static readonly (string Unit, long Factor)[] Times =
        [("ms", TimeSpan.TicksPerMillisecond), ("s", TimeSpan.TicksPerSecond), ("m", TimeSpan.TicksPerMinute), ("h", TimeSpan.TicksPerHour)];

    private static readonly (string Unit, long Factor)[] Sizes =
        [("KiB", 1L << 10), ("MiB", 1L << 20), ("GiB", 1L << 30), ("TiB", 1L << 40), ("", 1)];

    /// <summary>"500ms", "10s", "2m", "1h". A number alone is refused: nobody remembers which unit it was.</summary>
    public static bool TryParseTime(string text, out TimeSpan time)
    {
        bool parsed = TryParse(text, Times, out long ticks);
        time = new TimeSpan(ticks);
        return parsed;
    }

    /// <summary>"1048576", "64KiB", "256MiB", "1GiB", "1TiB".</summary>
    public static bool TryParseBytes(string text, out long bytes) => TryParse(text, Sizes, out bytes);

    /// <summary>In the largest unit that gives a whole number.</summary>
    public static string Of(TimeSpan time) => Format(time.Ticks, Times);

    /// <summary>In the largest unit that gives a whole number.</summary>
    public static string OfBytes(long bytes) => Format(bytes, Sizes);

    private static bool TryParse(string text, (string Unit, long Factor)[] units, out long value)
    {
        value = 0;
        foreach ((string unit, long factor) in units)
        {
            if (text.EndsWith(unit, StringComparison.OrdinalIgnoreCase)
                && long.TryParse(text.AsSpan(0, text.Length - unit.Length).TrimEnd(' '), NumberStyles.None, CultureInfo.InvariantCulture, out long number)
                && number <= long.MaxValue / factor)
            {
                value = number * factor;
                return true;
            }
        }

        return false;
    }

    private static string Format(long value, (string Unit, long Factor)[] units)
    {
        (string unit, long factor) = units.Where(unit => value % unit.Factor == 0).MaxBy(unit => unit.Factor);
        return string.Create(CultureInfo.InvariantCulture, $"{value / factor}{unit}");
    }
}
