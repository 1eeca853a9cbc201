using KvStore.Node.Peers;

namespace KvStore.Tests.Peers;

/// <summary>One link of member "a" over a scripted wire, with everything it told its owner.</summary>
internal sealed class LinkBed
{
    public LinkBed(bool isDialling = true)
    {
        OnChanged = (_, connected) => Told.Add(connected ? "open" : "lost");
        Refusals = new PeerRefusals(Time, Logger);
        PeerLinkOwner owner = new(
            to => Header with { To = to },
            _ => true,
            (link, frame) =>
            {
                Received.Add(frame);
                OnReceived(link, frame);
            },
            (link, connected) => OnChanged(link, connected),
            _ => Told.Add("ended"),
            Refusals,
            Time,
            Logger);
        Link = isDialling
            ? new PeerLink(Wire, LinkClass.Register, Messages.Member("b"), "b", new Random(1), owner)
            : new PeerLink(Wire, LinkClass.Register, new Random(1), owner);
    }

    public ManualTime Time { get; } = new();

    public ListLogger Logger { get; } = new();

    public ScriptedWire Wire { get; } = new();

    public PeerRefusals Refusals { get; }

    public PeerLink Link { get; }

    public PeerFrameHeader Header { get; set; } = Messages.HeaderOf("a", "nobody");

    /// <summary>"open", "lost" and "ended", in order.</summary>
    public List<string> Told { get; } = [];

    public List<PeerFrame> Received { get; } = [];

    public Action<PeerLink, bool> OnChanged { get; set; }

    /// <summary>Besides keeping the frame.</summary>
    public Action<PeerLink, PeerFrame> OnReceived { get; set; } = (_, _) => { };

    /// <summary>What "b" sends without messages: its answer to a ping, or its ping.</summary>
    public ReadOnlyMemory<byte> EmptyFromPeer => Link.IsDialling
        ? Messages.Frame(Messages.HeaderOf("b", "a"), Array.Empty<PeerReply>())
        : Messages.Frame(Messages.HeaderOf("b", "a"), Array.Empty<PeerRequest>());

    /// <summary>Connects, so that the link is open and nothing is being sent.</summary>
    public LinkBed Opened()
    {
        Link.Start();
        Link.OnOpened();
        if (Link.IsDialling)
        {
            Link.OnSent();
            Link.OnFrame(EmptyFromPeer);
        }
        else
        {
            Link.OnFrame(EmptyFromPeer);
            Link.OnSent();
        }

        return this;
    }
}
