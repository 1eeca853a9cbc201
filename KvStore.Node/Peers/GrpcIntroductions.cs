using System.Diagnostics;
using System.Net.Sockets;
using Grpc.Core;
using Grpc.Net.Client;
using KvStore.Node.Topology;
using KvStore.Protocol.Peers;

namespace KvStore.Node.Peers;

/// <summary>Asks nodes at addresses who they are. A connection for each question: nodes are asked while they are not members, and rarely after.</summary>
internal static class GrpcIntroductions
{
    /// <summary>How long an answer is waited for.</summary>
    public static readonly TimeSpan AnswerMax = TimeSpan.FromSeconds(2);

    /// <param name="address">"http://host:port".</param>
    /// <returns>Who answered, or why nobody did, or why the one who did cannot be talked with; for people. One of the two.</returns>
    public static async Task<(Acquaintance? Node, string Problem)> AskAsync(string address, Acquaintance self, CancellationToken cancellationToken)
    {
        try
        {
            Activity.Current = null;
            using SocketsHttpHandler handler = new() { UseProxy = false, ConnectTimeout = AnswerMax, ActivityHeadersPropagator = null };
            using GrpcChannel channel = GrpcChannel.ForAddress(address, new GrpcChannelOptions { HttpHandler = handler });
            using CancellationTokenSource late = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            late.CancelAfter(AnswerMax);
            Introduction answer = await new Peer.PeerClient(channel).IntroduceAsync(IntroductionCodec.Encode(self), cancellationToken: late.Token);
            return IntroductionCodec.TryDecode(answer, out Acquaintance? node, out string? problem) ? (node, "") : (null, problem);
        }
        catch (RpcException failure)
        {
            return (null, Explain(failure));
        }
        catch (Exception failure) when (failure is OperationCanceledException or UriFormatException or ArgumentException or InvalidOperationException or HttpRequestException)
        {
            return (null, failure.Message);
        }
    }

    private static string Explain(RpcException failure)
    {
        for (Exception? cause = failure.Status.DebugException ?? failure.InnerException; cause is not null; cause = cause.InnerException)
        {
            if (cause is SocketException socket)
            {
                return socket.SocketErrorCode == SocketError.ConnectionRefused ? "nothing listens there" : socket.Message;
            }
        }

        return failure.StatusCode switch
        {
            StatusCode.Cancelled or StatusCode.DeadlineExceeded => $"no answer within {AnswerMax.TotalSeconds} s",
            StatusCode.Unavailable when failure.Status.Detail.Length > 0 => failure.Status.Detail,
            _ => $"what listens there is no KvStore node, or not its gRPC port ({failure.StatusCode}: {failure.Status.Detail})",
        };
    }
}
