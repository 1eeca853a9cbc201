using KvStore.Node.Peers;
using Microsoft.AspNetCore.Connections;

namespace KvStore.Node.FrontEnds.Peers;

/// <summary>The answering end of a real wire: one connection of another member. It lives as long as the connection.</summary>
/// <param name="faults">What is done to frames on purpose; null where that is not allowed.</param>
internal sealed class IncomingPeer(ConnectionContext connection, FaultSwitch? faults) : IPeer
{
    private PeerLink? _link;
    private FrameStream? _stream;

    public void Open(PeerLink link)
    {
        _link = link;
        _stream = new FrameStream(connection.Transport, link, connection.Abort, faults);
    }

    public void Send(ReadOnlyMemory<byte> frame) => _stream!.Send(frame);

    public void Close()
    {
        if (_stream is { } stream && !stream.Stop())
        {
            connection.Abort();
        }
    }

    /// <summary>Carries frames until the connection is over or shall be; the link was opened before.</summary>
    /// <returns>Why it ended, where whoever dialled may still be there to be told.</returns>
    public async Task<string?> RunAsync()
    {
        PeerLink link = _link!;
        if (await _stream!.WelcomeAsync() is { } loss)
        {
            link.OnLost(loss);
            return null;
        }

        link.OnOpened();
        link.OnLost(await _stream.RunAsync());
        return link.Status.LastError;
    }
}
