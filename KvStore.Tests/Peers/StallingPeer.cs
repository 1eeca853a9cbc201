using System.Buffers;
using System.IO.Pipelines;
using KvStore.Node.Peers;
using Microsoft.AspNetCore.Connections;

namespace KvStore.Tests.Peers;

/// <summary>A member that answers the first ping and from then on neither reads nor writes, like a stopped process.</summary>
internal static class StallingPeer
{
    public static async Task RunAsync(ConnectionContext connection, string self, string peer)
    {
        PipeReader input = connection.Transport.Input;
        ReadResult preface = await input.ReadAtLeastAsync(FramePreface.Length);
        input.AdvanceTo(preface.Buffer.End);
        FrameAssembly.Welcome(connection.Transport.Output);
        await connection.Transport.Output.FlushAsync();
        ReadResult ping = await input.ReadAtLeastAsync(PeerCodec.HeaderLength);
        input.AdvanceTo(ping.Buffer.End);
        ReadOnlyMemory<byte> answer = Messages.Frame(Messages.HeaderOf(self, peer), Array.Empty<PeerReply>());
        FrameAssembly.Announce(connection.Transport.Output, answer.Length);
        await connection.Transport.Output.WriteAsync(answer);
        await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, connection.ConnectionClosed);
    }
}
