using System.Runtime.CompilerServices;
using System.Threading.Channels;

namespace KvStore.Node.Coordination;

/// <summary>
/// What happens to one request, for whoever asked to follow it: its lane writes, one reader reads. It only looks on; requests
/// that nobody follows have none. Bounded: beyond <see cref="EventsMax"/> unread events further ones are left out.
/// </summary>
internal sealed class RequestTrail(TimeProvider time)
{
    public const int EventsMax = 512;

    /// <summary>How long it is waited for what comes late, once the answer is told: several times what <see cref="AckWatches"/> wait for it.</summary>
    public static readonly TimeSpan LateMax = TimeSpan.FromSeconds(5);

    private readonly Channel<TrailEvent> _events = Channel.CreateBounded<TrailEvent>(
        new BoundedChannelOptions(EventsMax + 1) { FullMode = BoundedChannelFullMode.DropWrite, SingleReader = true });

    private readonly long _begun = time.GetTimestamp();
    private bool _isAnswered;
    private bool _awaitsLate;

    /// <summary>
    /// All of it as it happens, once: until it was answered and nothing more is awaited, and no longer than <see cref="LateMax"/>
    /// after the answer was read. What has happened by then is told, however late the reader comes.
    /// </summary>
    public async IAsyncEnumerable<TrailEvent> ReadAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using CancellationTokenSource late = new(Timeout.InfiniteTimeSpan, time);
        using CancellationTokenSource either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, late.Token);
        bool isOver = false;
        while (!isOver)
        {
            isOver = !await MayHaveMoreAsync(late.Token, either.Token);
            while (_events.Reader.TryRead(out TrailEvent happened))
            {
                if (happened.Kind == TrailEventKind.Answered)
                {
                    late.CancelAfter(LateMax);
                }

                yield return happened;
            }
        }
    }

    public void Add(TrailEventKind kind, string phase = "", string member = "", string reply = "")
    {
        // There is always a place for the answer.
        if (kind == TrailEventKind.Answered || _events.Reader.Count < EventsMax)
        {
            _events.Writer.TryWrite(new TrailEvent(time.GetElapsedTime(_begun), kind, phase, member, reply));
        }
    }

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

    private async ValueTask<bool> MayHaveMoreAsync(CancellationToken late, CancellationToken either)
    {
        try
        {
            return await _events.Reader.WaitToReadAsync(either);
        }
        catch (OperationCanceledException) when (late.IsCancellationRequested)
        {
            return false;
        }
    }

    private void CompleteIfOver()
    {
        if (_isAnswered && !_awaitsLate)
        {
            _events.Writer.TryComplete();
        }
    }
}
