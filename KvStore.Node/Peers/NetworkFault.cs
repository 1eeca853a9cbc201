using KvStore.Node.Ring;

namespace KvStore.Node.Peers;

/// <summary>What is done on purpose to what one member sends to some of the others and receives from them.</summary>
/// <param name="Id">From 1 on; never used again while the process lives.</param>
/// <param name="Members">At the other end; none where it is about all of them.</param>
/// <param name="Delay">Of what is sent, where it is slow.</param>
/// <param name="Percent">Of what is lost, where it is a share.</param>
/// <param name="Began">By the monotonic clock of <see cref="FaultSwitch"/>.</param>
/// <param name="Ends">When it ends by itself, by that clock.</param>
internal sealed record NetworkFault(
    long Id, NetworkFaultKind Kind, IReadOnlyList<MemberId> Members, TimeSpan Delay, int Percent, TimeSpan Began, TimeSpan Ends)
{
    /// <summary>A longer one would only be another way to lose everything: a link that is silent for three seconds is given up.</summary>
    public static readonly TimeSpan DelayMax = TimeSpan.FromSeconds(10);

    public static readonly TimeSpan LastsByDefault = TimeSpan.FromMinutes(5);

    public static readonly TimeSpan LastsMax = TimeSpan.FromHours(1);

    public const int PercentMax = 100;

    /// <summary>When it ended, by that clock; null while it is on.</summary>
    public TimeSpan? Ended { get; init; }

    /// <summary>Whether somebody ended it before it did by itself.</summary>
    public bool IsUndone => Ended < Ends;

    public bool IsAbout(MemberId member) => Members.Count == 0 || Members.Contains(member);
}
