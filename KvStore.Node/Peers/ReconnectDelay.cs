namespace KvStore.Node.Peers;

/// <summary>
/// How long to wait before the next attempt to connect: at random between the least delay and a ceiling that doubles with
/// every failure, so that members which lost each other together do not come back together.
/// </summary>
internal sealed class ReconnectDelay(Random random)
{
    public static readonly TimeSpan Min = TimeSpan.FromMilliseconds(50);
    public static readonly TimeSpan Max = TimeSpan.FromSeconds(2);

    private TimeSpan _ceiling = 2 * Min;

    public TimeSpan Next()
    {
        TimeSpan delay = Min + ((_ceiling - Min) * random.NextDouble());
        _ceiling = _ceiling * 2 < Max ? _ceiling * 2 : Max;
        return delay;
    }

    /// <summary>The connection has proved itself.</summary>
    public void Reset() => _ceiling = 2 * Min;
}
