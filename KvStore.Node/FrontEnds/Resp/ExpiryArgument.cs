namespace KvStore.Node.FrontEnds.Resp;

/// <summary>When a value ends, as EX, PX, EXAT, PXAT and the EXPIRE commands say it.</summary>
internal static class ExpiryArgument
{
    /// <param name="unit">EX, PX, EXAT or PXAT.</param>
    /// <param name="now">Unix milliseconds.</param>
    /// <param name="expiresAt">Unix milliseconds; at most what <see cref="RequestRules.TimeToLiveMillisecondsMax"/> allows from now.</param>
    /// <param name="mayBePast">Whether a moment that is over is one.</param>
    /// <returns>False if it is not a number, or one that is no moment.</returns>
    public static bool TryRead(string unit, ReadOnlySpan<byte> argument, long now, bool mayBePast, out long expiresAt)
    {
        expiresAt = 0;
        if (!RespNumber.TryParse(argument, out long number))
        {
            return false;
        }

        bool isSeconds = unit is "EX" or "EXAT";
        bool isRelative = unit is "EX" or "PX";
        const long Most = RequestRules.TimeToLiveMillisecondsMax;
        if (isSeconds && Math.Abs(Math.Max(number, -long.MaxValue)) > long.MaxValue / 1000)
        {
            return false;
        }

        long milliseconds = isSeconds ? number * 1000 : number;
        bool isTooFar = isRelative ? milliseconds > Most : milliseconds > now + Most;
        bool isTooEarly = mayBePast ? milliseconds < -Most : milliseconds <= 0;
        if (isTooFar || isTooEarly)
        {
            return false;
        }

        expiresAt = isRelative ? now + milliseconds : milliseconds;
        return true;
    }
}
