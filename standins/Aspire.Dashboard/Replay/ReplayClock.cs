using System.Collections.Immutable;
using System.Globalization;
using Aspire.Dashboard.Telemetry;

namespace Aspire.Dashboard.Replay;

/// <summary>
/// The time of a replay: it goes from one moment to another as fast as somebody wants, waits, steps and jumps. A pure function of
/// the time of the wall, in nanoseconds since 1970; what it is told it answers with another clock.
/// </summary>
public sealed record ReplayClock
{
    /// <summary>The longest window, in nanoseconds: more is not kept of metrics.</summary>
    public const long LengthMax = 24 * 60 * 60 * UnixNanos.PerSecond;

    public static readonly ImmutableArray<int> Speeds = [1, 5, 20, 60];

    private const char Between = '-';
    private const string Waiting = "paused";

    public required long From { get; init; }

    public required long To { get; init; }

    /// <summary>Where it was at <see cref="Anchor"/>.</summary>
    public required long Position { get; init; }

    /// <summary>A moment of the wall.</summary>
    public required long Anchor { get; init; }

    public int Speed { get; init; } = Speeds[0];

    public bool IsPaused { get; init; }

    /// <summary>Whole milliseconds, as in an address.</summary>
    /// <returns>Null if there is no such window.</returns>
    public static ReplayClock? Over(long from, long to, long now)
    {
        (from, to) = (Whole(from), Whole(to));
        return from >= 0 && from < to && to - from <= LengthMax ? new ReplayClock { From = from, To = to, Position = from, Anchor = now } : null;
    }

    /// <summary>As a part of an address, at what happened: it waits there, with some time before and after it.</summary>
    public static string TextAround(long from, long to)
    {
        const long Before = 60 * UnixNanos.PerSecond;
        const long After = 30 * UnixNanos.PerSecond;
        var clock = Over(Math.Max(0, from - Before), Math.Min(to + After, from - Before + LengthMax), 0);
        return clock is null ? "" : (clock with { Position = Math.Clamp(Whole(to), clock.From, clock.To), IsPaused = true }).ToText();
    }

    /// <returns>Null for what is no clock: an address may have been typed.</returns>
    public static ReplayClock? FromText(string? text, long now)
    {
        var parts = (text ?? "").Split(Between);
        if (parts.Length is not (4 or 5)
            || !TryRead(parts[0], out var from) || !TryRead(parts[1], out var to) || !TryRead(parts[2], out var position)
            || !int.TryParse(parts[3], NumberStyles.None, CultureInfo.InvariantCulture, out var speed) || !Speeds.Contains(speed)
            || (parts.Length == 5 && parts[4] != Waiting))
        {
            return null;
        }

        return Over(from, to, now) is { } clock ? clock with { Position = Math.Clamp(position, clock.From, clock.To), Speed = speed, IsPaused = parts.Length == 5 } : null;
    }

    /// <summary>What <see cref="FromText"/> reads: where it was when it was last told something.</summary>
    public string ToText() => string.Join(
        Between,
        [.. new[] { From, To, Position }.Select(time => (time / UnixNanos.PerMillisecond).ToString(CultureInfo.InvariantCulture)), Speed.ToString(CultureInfo.InvariantCulture), .. IsPaused ? [Waiting] : Array.Empty<string>()]);

    public long At(long now) => IsPaused ? Position : Math.Clamp(Position + (Math.Max(0, now - Anchor) * Speed), From, To);

    /// <summary>Whether it has come to its end.</summary>
    public bool IsOver(long now) => At(now) == To;

    public ReplayClock Pause(long now) => this with { Position = Whole(At(now)), Anchor = now, IsPaused = true };

    /// <summary>From the beginning, if it was at its end.</summary>
    public ReplayClock GoOn(long now) => this with { Position = IsOver(now) ? From : Whole(At(now)), Anchor = now, IsPaused = false };

    /// <summary>Waits, so far from where it was.</summary>
    public ReplayClock Step(long by, long now) => MoveTo(At(now) + by, now);

    /// <summary>Waits there, or at the end that is nearest.</summary>
    public ReplayClock MoveTo(long position, long now) => this with { Position = Math.Clamp(Whole(position), From, To), Anchor = now, IsPaused = true };

    /// <param name="speed">One of <see cref="Speeds"/>.</param>
    public ReplayClock WithSpeed(int speed, long now) => this with { Position = Whole(At(now)), Anchor = now, Speed = speed };

    private static long Whole(long nanos) => nanos / UnixNanos.PerMillisecond * UnixNanos.PerMillisecond;

    private static bool TryRead(string text, out long nanos)
    {
        var isRead = long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var milliseconds) && milliseconds <= UnixNanos.Max / UnixNanos.PerMillisecond;
        nanos = isRead ? milliseconds * UnixNanos.PerMillisecond : 0;
        return isRead;
    }
}
