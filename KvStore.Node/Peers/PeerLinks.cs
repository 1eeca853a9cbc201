using KvStore.Node.Ring;
using KvStore.Node.Telemetry;
using KvStore.Node.Topology;
using Microsoft.Extensions.Logging;

namespace KvStore.Node.Peers;

/// <summary>
/// All links of a member, and the way to every other member: it dials each of them once a class of traffic and answers those
/// that dial it.
/// </summary>
/// <remarks>
/// <para>This folder carries messages and decides nothing about them. Below is the wire (<see cref="IPeer"/>: gRPC, or the
/// simulation's network), which moves whole frames; a <see cref="PeerLink"/> owns one wire, packs messages into frames and
/// connects again after every loss; <see cref="PeerCodec"/> is the frames' format. Above are the coordinator, which sends
/// requests by member, and the replica, which answers on the link that a request came by.</para>
/// <para>What holds: a message arrives at most once a connection and only at the member it is meant for, in the cluster it is
/// meant for; nothing else is promised. A message may be lost without a word, so every request has a deadline. What cannot be
/// sent at once or soon is refused at once.</para>
/// <para>Failure: a lost connection is told (<c>connectionChanged</c>) and made again, with growing random delays. A hanging
/// peer is noticed within three seconds.</para>
/// <para>Threads: any. <see cref="TrySend"/> and <see cref="IsConnected"/> read one immutable table and take no lock here.</para>
/// </remarks>
internal sealed class PeerLinks : IAsyncDisposable
{
    /// <summary>Incoming streams at once; one more is turned away. Each of at most 64 members may have two, and their successors.</summary>
    public const int AnsweringLinksMax = 256;

    /// <summary>How long <see cref="DisposeAsync"/> waits for the wires to come to rest.</summary>
    public static readonly TimeSpan CloseMax = TimeSpan.FromSeconds(5);

    private readonly MemberId _self;
    private readonly Func<TopologyMember, LinkClass, IPeer> _dial;
    private readonly Action<MemberId, bool> _connectionChanged;
    private readonly Random _random;
    private readonly PeerLinkOwner _dialling;
    private readonly PeerLinkOwner _answering;
    private readonly Lock _lock = new();
    private readonly List<PeerLink> _incoming = [];
    private readonly TaskCompletionSource _atRest = new();

    // Never changed, only replaced: read without the lock.
    private volatile Dictionary<MemberId, DialledMember> _members = [];
    private int _links;
    private bool _closed;

    /// <param name="self">Skipped where it stands among the members.</param>
    /// <param name="header">The head of a frame sent now to a member.</param>
    /// <param name="heard">See <see cref="PeerLinkOwner"/>.</param>
    /// <param name="dial">Makes a wire, not connected yet, to a member for one class.</param>
    /// <param name="requestsReceived">Answer through the link given.</param>
    /// <param name="repliesReceived">By member.</param>
    /// <param name="connectionChanged">The register link to a member opened, or was lost (or its first attempt failed): what it
    /// was sent and did not answer it will not.</param>
    /// <param name="random">Used under a lock; every link gets a generator of its own from it.</param>
    public PeerLinks(
        MemberId self,
        Func<MemberId, PeerFrameHeader> header,
        Func<PeerFrameHeader, bool> heard,
        Func<TopologyMember, LinkClass, IPeer> dial,
        Action<PeerLink, PeerFrame> requestsReceived,
        Action<MemberId, PeerFrame> repliesReceived,
        Action<MemberId, bool> connectionChanged,
        TimeProvider time,
        Random random,
        ILogger logger)
    {
        _self = self;
        _dial = dial;
        _connectionChanged = connectionChanged;
        _random = random;
        Refusals = new PeerRefusals(time, logger);
        _dialling = new PeerLinkOwner(
            header,
            heard,
            (link, frame) => repliesReceived(link.Peer!.Value, frame),
            OnDialledChanged,
            OnEnded,
            Refusals,
            time,
            logger);
        _answering = _dialling with { Received = requestsReceived, Changed = OnIncomingChanged };
    }

    public PeerRefusals Refusals { get; }

    /// <summary>First what this member dialled, in the order of the members; then what dialled it.</summary>
    public IReadOnlyList<PeerLinkStatus> Statuses
    {
        get
        {
            Dictionary<MemberId, DialledMember> members = _members;
            List<PeerLinkStatus> statuses = [];
            foreach (DialledMember member in members.Values)
            {
                statuses.Add(member.Register.Status);
                statuses.Add(member.Bulk.Status);
            }

            lock (_lock)
            {
                foreach (PeerLink link in _incoming)
                {
                    DialledMember? known = link.Peer is { } peer ? members.GetValueOrDefault(peer) : null;
                    statuses.Add(known is null ? link.Status : link.Status with { Name = known.Member.Name });
                }
            }

            return statuses;
        }
    }

    /// <summary>Dials members that are new or have another address, and closes the links to those that are gone.</summary>
    public void Update(IReadOnlyList<TopologyMember> members)
    {
        List<PeerLink> added = [];
        List<PeerLink> removed = [];
        lock (_lock)
        {
            if (_closed)
            {
                return;
            }

            Dictionary<MemberId, DialledMember> next = [];
            foreach (TopologyMember member in members.Where(member => member.Id != _self))
            {
                next.Add(member.Id, _members.TryGetValue(member.Id, out DialledMember? known) && known.Member.GrpcAddress == member.GrpcAddress
                    ? known with { Member = member }
                    : Dial(member, added));
            }

            foreach (DialledMember member in _members.Values)
            {
                if (!next.TryGetValue(member.Member.Id, out DialledMember? kept) || kept.Register != member.Register)
                {
                    removed.Add(member.Register);
                    removed.Add(member.Bulk);
                }
            }

            _members = next;
        }

        removed.ForEach(link => link.Close());
        added.ForEach(link => link.Start());
    }

    /// <returns>False, at once, if there is no such member or its link is not open or full (<see cref="PeerLink.TrySend(in PeerRequest)"/>).</returns>
    public bool TrySend(MemberId to, LinkClass linkClass, in PeerRequest request) =>
        _members.TryGetValue(to, out DialledMember? member) && member.LinkOf(linkClass).TrySend(request);

    /// <summary>Whether requests of <see cref="LinkClass.Register"/> can be sent to the member now.</summary>
    public bool IsConnected(MemberId member) => _members.TryGetValue(member, out DialledMember? dialled) && dialled.Register.IsConnected;

    /// <summary>Answers an incoming stream: opens the wire at once.</summary>
    /// <returns>The link that owns the wire now; null if there are too many or this member is closing.</returns>
    public PeerLink? Accept(IPeer incoming, LinkClass linkClass)
    {
        PeerLink link;
        lock (_lock)
        {
            if (_closed || _incoming.Count >= AnsweringLinksMax)
            {
                return null;
            }

            link = new PeerLink(incoming, linkClass, new Random(_random.Next()), _answering);
            _incoming.Add(link);
            _links++;
        }

        link.Start();
        return link;
    }

    /// <summary>Closes every link for good; nothing is dialled or accepted any more.</summary>
    public void Close()
    {
        List<PeerLink> links;
        lock (_lock)
        {
            if (_closed)
            {
                return;
            }

            _closed = true;
            links = [.. _members.Values.SelectMany(member => new[] { member.Register, member.Bulk }), .. _incoming];
            _members = [];
            if (_links == 0)
            {
                _atRest.SetResult();
            }
        }

        links.ForEach(link => link.Close());
    }

    /// <summary>Closes, and waits until the wires are at rest (at most <see cref="CloseMax"/>).</summary>
    public async ValueTask DisposeAsync()
    {
        Close();
        try
        {
            await _atRest.Task.WaitAsync(CloseMax, _dialling.Time);
        }
        catch (TimeoutException)
        {
            _dialling.Logger.LogWarning(NodeEvents.LinksUnsettled, "{Count} peer links did not come to rest within {Seconds} s", _links, CloseMax.TotalSeconds);
        }
    }

    /// <summary>Under the lock.</summary>
    private DialledMember Dial(TopologyMember member, List<PeerLink> added)
    {
        DialledMember dialled = new(member, DialOne(member, LinkClass.Register), DialOne(member, LinkClass.Bulk));
        added.Add(dialled.Register);
        added.Add(dialled.Bulk);
        _links += 2;
        return dialled;
    }

    private PeerLink DialOne(TopologyMember member, LinkClass linkClass) =>
        new(_dial(member, linkClass), linkClass, member.Id, member.Name, new Random(_random.Next()), _dialling);

    private void OnDialledChanged(PeerLink link, bool connected)
    {
        // A link that was replaced has nothing more to say about its member, but what it lost is lost.
        if (link.LinkClass == LinkClass.Register)
        {
            _connectionChanged(link.Peer!.Value, connected);
        }
    }

    /// <summary>A member has one incoming stream a class: where a new one has proved itself, the older is a leftover.</summary>
    private void OnIncomingChanged(PeerLink link, bool connected)
    {
        if (!connected)
        {
            return;
        }

        List<PeerLink> leftovers;
        lock (_lock)
        {
            leftovers = _incoming.FindAll(other => other != link && other.LinkClass == link.LinkClass && other.Peer == link.Peer);
        }

        leftovers.ForEach(other => other.Close());
    }

    private void OnEnded(PeerLink link)
    {
        bool atRest;
        lock (_lock)
        {
            _incoming.Remove(link);
            _links--;
            atRest = _closed && _links == 0;
        }

        if (atRest)
        {
            _atRest.SetResult();
        }
    }
}
