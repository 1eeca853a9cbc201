using System.Threading.Channels;

namespace KvStore.Node.Coordination;

/// <summary>
/// What happens to one request, for whoever asked to follow it: its lane writes, one reader reads. It only looks on; requests
/// that nobody follows have none. Bounded: beyond <see cref="EventsMax"/> unread events further ones are left out.
/// </summary>
internal sealed class RequestTrail(TimeProvider time)
{
    public const int EventsMax = 512;

    private readonly Channel<TrailEvent> _events = Channel.CreateBounded<TrailEvent>(
        new BoundedChannelOptions(EventsMax) { FullMode = BoundedChannelFullMode.DropWrite, SingleReader = true });

    private readonly long _begun = time.GetTimestamp();
    private bool _isAnswered;
    private bool _awaitsLate;

    /// <summary>Completed when it was answered and nothing more is awaited. A late answer may never come: readers have a time limit.</summary>
    public ChannelReader<TrailEvent> Events => _events.Reader;

    public void Add(TrailEventKind kind, string phase = "", string member = "", string reply = "") =>
        _events.Writer.TryWrite(new TrailEvent(time.GetElapsedTime(_begun), kind, phase, member, reply));

    public void Answered()
    {
        Add(TrailEventKind.Answered);
        _isAnswered = true;
        CompleteIfOver();
    }

    /// <summary>Replicas that have not accepted yet are waited for after the answer.</summary>
    public void AwaitLate() => _awaitsLate = true;

    /// <summary>They have, or nobody waits for them any more.</summary>
    public void EndLate()
    {
        _awaitsLate = false;
        CompleteIfOver();
    }

    private void CompleteIfOver()
    {
        if (_isAnswered && !_awaitsLate)
        {
            _events.Writer.TryComplete();
        }
    }
}
