using System.Diagnostics;
using KvStore.Node.Peers;
using Microsoft.AspNetCore.Connections;

namespace KvStore.Node.FrontEnds.Peers;

/// <summary>
/// Where other members dial in with frames: hands each connection to <see cref="PeerLinks"/> as a wire, and holds it open until
/// it is lost or the process stops.
/// </summary>
/// <param name="links">Null while the node is in no cluster.</param>
/// <param name="reason">Why it is in none, for people.</param>
/// <param name="faults">What is done on purpose to what arrives; null where that is not allowed.</param>
internal sealed class PeerConnections(Func<PeerLinks?> links, Func<string> reason, IHostApplicationLifetime lifetime, TimeProvider time, FaultSwitch? faults = null)
{
    /// <param name="linkClass">What the connection's preface said; null if it was no class of traffic.</param>
    public async Task RunAsync(ConnectionContext connection, LinkClass? linkClass)
    {
        // What the requests cause must not become part of whatever is traced now.
        Activity.Current = null;
        IncomingPeer incoming = new(connection, faults);
        (PeerLink? link, string refusal) = Accept(incoming, linkClass);
        if (link is null)
        {
            await FrameStream.FarewellAsync(connection.Transport, refusal, time);
            return;
        }

        string? end;
        await using (lifetime.ApplicationStopping.Register(link.Close))
        {
            end = await RunAsync(incoming);
        }

        await FrameStream.FarewellAsync(connection.Transport, end ?? "the link is closed", time);
    }

    private (PeerLink? Link, string Refusal) Accept(IncomingPeer incoming, LinkClass? linkClass)
    {
        if (linkClass is null)
        {
            return (null, "the connection's first line must name a class of traffic");
        }

        return links() is not { } open ? (null, reason())
            : (open.Accept(incoming, linkClass.Value), $"this member is stopping or has {PeerLinks.AnsweringLinksMax} incoming links already");
    }

    private static async Task<string?> RunAsync(IncomingPeer incoming)
    {
        try
        {
            return await incoming.RunAsync();
        }
        catch (Exception bug)
        {
            // The server would log it and carry on, with the member in a state that must not be.
            Environment.FailFast($"An incoming peer link failed: {bug.Message}", bug);
            throw;
        }
    }
}
