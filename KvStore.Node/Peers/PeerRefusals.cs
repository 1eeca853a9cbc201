using KvStore.Node.Telemetry;
using Microsoft.Extensions.Logging;

namespace KvStore.Node.Peers;

/// <summary>
/// The frames this member refused: all counted, one a minute logged, because a peer that is configured wrongly comes back
/// every two seconds. Shared by all links. Thread safe.
/// </summary>
internal sealed class PeerRefusals(TimeProvider time, ILogger logger)
{
    public static readonly TimeSpan LogInterval = TimeSpan.FromMinutes(1);

    private readonly Lock _lock = new();
    private long _count;
    private long _logged;
    private long? _loggedAt;

    public long Count => Interlocked.Read(ref _count);

    /// <param name="link">The link's description.</param>
    /// <param name="problem">What is wrong with the frame.</param>
    public void Refused(string link, string problem)
    {
        long since;
        lock (_lock)
        {
            _count++;
            if (_loggedAt is { } at && time.GetElapsedTime(at) < LogInterval)
            {
                return;
            }

            since = _count - _logged;
            _logged = _count;
            _loggedAt = time.GetTimestamp();
        }

        logger.LogWarning(NodeEvents.FrameRefused, "Refused a frame on the {Link}: {Problem}. {Count} refused since the last such line", link, problem, since);
    }
}
