using KvStore.Node.Peers;
using KvStore.Node.Ring;

namespace KvStore.Node.Coordination;

/// <summary>Gives what a peer's frame holds to the lanes it is for, one input a lane.</summary>
internal static class LaneFrames
{
    /// <param name="now">Of the member's clock.</param>
    public static void PostRequests(Lane[] lanes, PeerLink link, PeerFrame frame, long now)
    {
        int waited = frame.Header.WaitedMilliseconds;
        if (lanes.Length == 1)
        {
            lanes[0].Post(new LaneInput(LaneInputKind.Requests, new RequestBatch(link, now, waited, frame.Requests), frame.Length));
            return;
        }

        List<PeerRequest>?[] split = new List<PeerRequest>?[lanes.Length];
        foreach (PeerRequest request in frame.Requests)
        {
            (split[request.Key.Slot.Number % lanes.Length] ??= []).Add(request);
        }

        for (int i = 0; i < split.Length; i++)
        {
            if (split[i] is { } requests)
            {
                lanes[i].Post(new LaneInput(LaneInputKind.Requests, new RequestBatch(link, now, waited, requests), frame.Length / lanes.Length));
            }
        }
    }

    /// <param name="takes">Takes a reply that is not for a lane; false for any other.</param>
    public static void PostReplies(Lane[] lanes, MemberId from, PeerFrame frame, Func<PeerReply, bool> takes)
    {
        List<PeerReply>?[] split = new List<PeerReply>?[lanes.Length];
        foreach (PeerReply reply in frame.Replies)
        {
            if (!takes(reply) && ReplicaCalls.LaneOf(reply.Id) < lanes.Length)
            {
                (split[ReplicaCalls.LaneOf(reply.Id)] ??= []).Add(reply);
            }
        }

        for (int i = 0; i < split.Length; i++)
        {
            if (split[i] is { } replies)
            {
                lanes[i].Post(new LaneInput(LaneInputKind.Replies, new ReplyBatch(from, replies), frame.Length / lanes.Length));
            }
        }
    }
}
