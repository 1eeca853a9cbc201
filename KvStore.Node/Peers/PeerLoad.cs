namespace KvStore.Node.Peers;

/// <summary>
/// How much a member has to do, as it tells the others at the head of every frame: three bytes. Times are coded in eighths of a
/// doubling, which is as exact as such news can be.
/// </summary>
/// <param name="BusyCode">Client operations in flight, in 255ths of what the member admits.</param>
/// <param name="WaitCode">How long requests wait there before a lane takes them up.</param>
/// <param name="DiskCode">How long an append takes until it is on disk.</param>
internal readonly record struct PeerLoad(byte BusyCode, byte WaitCode, byte DiskCode)
{
    private const double CodesPerDoubling = 8;

    private static readonly double[] Milliseconds = [.. Enumerable.Range(0, byte.MaxValue + 1).Select(code => Math.Pow(2, code / CodesPerDoubling) - 1)];

    /// <summary>0 to 1.</summary>
    public double Busy => BusyCode / (double)byte.MaxValue;

    public double WaitMilliseconds => Milliseconds[WaitCode];

    public double DiskMilliseconds => Milliseconds[DiskCode];

    public static PeerLoad Of(double busy, double waitMilliseconds, double diskMilliseconds) => new(
        (byte)Math.Round(Math.Clamp(busy, 0, 1) * byte.MaxValue), CodeOf(waitMilliseconds), CodeOf(diskMilliseconds));

    private static byte CodeOf(double milliseconds) =>
        (byte)Math.Clamp(Math.Round(CodesPerDoubling * Math.Log2(1 + Math.Max(0, milliseconds))), 0, byte.MaxValue);
}
