using System.Collections.Concurrent;
using KvStore.Node.Ring;

namespace KvStore.Node.Gossip;

/// <summary>Lets one message to each member pass in an interval. What it is asked for comes with every frame of a member that is behind. Thread safe.</summary>
internal sealed class PeerPace(TimeProvider time)
{
    public static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(100);

    private readonly ConcurrentDictionary<MemberId, long> _told = new();

    public bool MayTell(MemberId member)
    {
        long now = time.GetTimestamp();
        return !_told.TryGetValue(member, out long last)
            ? _told.TryAdd(member, now)
            : time.GetElapsedTime(last, now) >= Interval && _told.TryUpdate(member, now, last);
    }
}
