using KvStore.Node.Telemetry;
using Microsoft.Extensions.Logging;

namespace KvStore.Node.Peers;

/// <summary>A link's lines in the log: each change once, of the attempts that fail in between one a minute.</summary>
internal sealed class PeerLinkLog(PeerLink link, TimeProvider time, ILogger logger)
{
    private readonly Lock _lock = new();
    private long? _failureLoggedAt;

    // An incoming stream is the other member's news; there it is logged for everybody to read.
    private LogLevel ChangeLevel(LogLevel level) => link.IsDialling ? level : LogLevel.Debug;

    public void Opened() => logger.Log(ChangeLevel(LogLevel.Information), NodeEvents.LinkOpened, "The {Link} is open", link.Describe());

    public void Lost(string reason)
    {
        LogLevel level = reason == PeerLink.ClosedHere ? LogLevel.Debug : ChangeLevel(LogLevel.Warning);
        logger.Log(level, NodeEvents.LinkLost, "The {Link} is not open: {Reason}", link.Describe(), reason);
    }

    public void Retrying(TimeSpan delay, string reason)
    {
        lock (_lock)
        {
            if (_failureLoggedAt is { } at && time.GetElapsedTime(at) < PeerRefusals.LogInterval)
            {
                return;
            }

            _failureLoggedAt = time.GetTimestamp();
        }

        logger.LogInformation(NodeEvents.LinkRetried, "The {Link} is tried again in {Delay} ms: {Reason}", link.Describe(), (int)delay.TotalMilliseconds, reason);
    }
}
