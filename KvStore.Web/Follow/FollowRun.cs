using System.Collections.Immutable;
using KvStore.Client;

namespace KvStore.Web.Follow;

/// <summary>A request that was followed, as far as it is known. Immutable.</summary>
/// <param name="Events">In the order in which they happened, without the first.</param>
/// <param name="Failure">Why nothing more will come; null where that is not so.</param>
public sealed record FollowRun(string Title, FollowBegun? Begun, ImmutableArray<FollowEvent> Events, bool IsOver, string? Failure)
{
    /// <summary>Events kept, at most; a request that tries again and again has its last ones left out.</summary>
    public const int EventsMax = 512;

    public static FollowRun Of(string title) => new(title, Begun: null, [], IsOver: false, Failure: null);

    public FollowRun With(FollowEvent happened) => happened.Begun is { } begun
        ? this with { Begun = begun }
        : Events.Length < EventsMax ? this with { Events = Events.Add(happened) } : this;

    /// <summary>How it stands after so many events; null before it has begun.</summary>
    public FollowFrame? At(int events) => Begun is null ? null : Events.Take(events).Aggregate(FollowFrame.Of(Begun), (frame, happened) => frame.After(happened));

    /// <summary>How long a replica took for its reply, as the coordinator saw it; null for what is no reply, and where the question is not known.</summary>
    public TimeSpan? Took(int index)
    {
        FollowEvent reply = Events[index];
        if (reply.Kind is not ("replied" or "accepted-late"))
        {
            return null;
        }

        for (int asked = index - 1; asked >= 0; asked--)
        {
            FollowEvent before = Events[asked];
            if (before.Kind is "asked" or "hedged" or "probed" && before.Member == reply.Member && before.Phase == reply.Phase)
            {
                return reply.Since - before.Since;
            }
        }

        return null;
    }
}
