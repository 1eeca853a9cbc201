using KvStore.Node.Peers;
using Xunit;

namespace KvStore.Tests.Peers;

/// <summary>A wire that does what the test says, and keeps what it was told.</summary>
internal sealed class ScriptedWire : IPeer
{
    private PeerLink? _link;

    /// <summary>"open", "close" and "send", in order.</summary>
    public List<string> Calls { get; } = [];

    public List<PeerFrame> Sent { get; } = [];

    public List<int> SentLengths { get; } = [];

    /// <summary>Whether a frame is done with as soon as it is handed over.</summary>
    public bool SendsAtOnce { get; set; }

    /// <summary>Runs inside <see cref="Send"/>.</summary>
    public Action OnSending { get; set; } = () => { };

    /// <summary>Runs at the end of <see cref="Send"/>.</summary>
    public Action OnHandedOver { get; set; } = () => { };

    public PeerLink Link => _link!;

    public void Open(PeerLink link)
    {
        _link = link;
        Calls.Add("open");
    }

    public void Send(ReadOnlyMemory<byte> frame)
    {
        OnSending();
        Calls.Add("send");
        Assert.True(PeerCodec.TryReadFrame(frame.ToArray(), out PeerFrame? read, out string? problem), problem);
        Sent.Add(read);
        SentLengths.Add(frame.Length);
        if (SendsAtOnce)
        {
            Link.OnSent();
        }

        OnHandedOver();
    }

    public void Close() => Calls.Add("close");
}
