using System.Collections.Immutable;
using KvStore.Client;
using KvStore.Web.Display;

namespace KvStore.Web.Cluster;

/// <summary>
/// Who sees whom: a row for each member as observer, a column for each as subject. Where the network is cut, a block of it is
/// dark. A pure function of the snapshot.
/// </summary>
/// <param name="Members">Of the topology; rows and columns are in this order.</param>
/// <param name="Sights">By observer and subject; null on the diagonal.</param>
internal sealed record SightMatrix(ImmutableArray<MemberView> Members, ImmutableArray<ImmutableArray<Sight?>> Sights)
{
    /// <summary>The observer itself does not answer, so what it sees is not known.</summary>
    public static readonly Sight Unknown = new("", "not told", RoundTrip: null, "does not answer, so what it sees is not known");

    public static SightMatrix Of(ClusterSnapshot snapshot)
    {
        ImmutableArray<MemberView> members = [.. snapshot.Members.Where(member => member.Ordinal is not null)];
        return new SightMatrix(members, [.. members.Select(observer => Row(observer, members))]);
    }

    /// <summary>Whether who looks at its marks sees no difference; times and reasons may differ.</summary>
    public bool LooksAs(SightMatrix other) =>
        Members.Select(member => member.Name).SequenceEqual(other.Members.Select(member => member.Name))
        && Sights.SelectMany(row => row).Select(sight => sight?.Word).SequenceEqual(other.Sights.SelectMany(row => row).Select(sight => sight?.Word));

    private static ImmutableArray<Sight?> Row(MemberView observer, ImmutableArray<MemberView> members)
    {
        Dictionary<string, PeerStatus> peers = observer is { Reachability: Reachability.Reachable, Status: { } status }
            ? status.Peers.DistinctBy(peer => peer.Name).ToDictionary(peer => peer.Name)
            : [];
        return
        [
            .. members.Select(subject => subject.Ordinal == observer.Ordinal ? null
                : peers.TryGetValue(subject.Name, out PeerStatus? peer) ? Of(peer)
                : observer.Reachability == Reachability.Reachable ? Unknown with { Detail = "has no link to it" }
                : Unknown),
        ];
    }

    private static Sight Of(PeerStatus peer)
    {
        TimeSpan? roundTrip = peer.Connected && peer.RoundTrip > TimeSpan.Zero ? peer.RoundTrip : null;
        string link = peer.Connected
            ? roundTrip is { } time ? $"{Figures.Duration(time)} there and back" : "connected"
            : $"not connected: {peer.LastError}";
        string since = peer.Liveness.Length > 0 ? $"{peer.Liveness} for {Figures.Elapsed(peer.LivenessFor)}; " : "";
        string tone = peer.Liveness switch
        {
            "dead" => "bad",
            "suspect" => "warn",
            _ when !peer.Connected => "bad",
            _ => "good",
        };
        string word = peer.Liveness switch
        {
            "dead" or "suspect" => peer.Liveness,
            _ when !peer.Connected => "cut off",
            _ => "alive",
        };
        return new Sight(tone, word, roundTrip, since + link);
    }
}
