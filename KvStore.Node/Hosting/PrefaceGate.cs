using System.Buffers;
using System.IO.Pipelines;
using System.Text;
using KvStore.Node.Peers;
using Microsoft.AspNetCore.Connections;

namespace KvStore.Node.Hosting;

/// <summary>
/// Stands before the gRPC port's HTTP/2: takes the connections of members that bring frames, and tells whoever speaks HTTP/1
/// what is spoken here and where REST is. A client of HTTP/2 without TLS and a member begin with a fixed preface each, so the
/// first byte that differs decides. What is neither is closed at once: the server would keep it until it has been silent for
/// minutes. One look a connection, nothing a request.
/// </summary>
/// <param name="takeMember">Serves a member's connection, with the class of traffic that its preface names.</param>
internal sealed class PrefaceGate(int httpPort, Func<ConnectionContext, LinkClass?, Task> takeMember, TimeSpan silenceMax, TimeProvider time)
{
    private readonly byte[] _answer = AnswerOf(httpPort);

    private static ReadOnlySpan<byte> Preface => "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"u8;

    public async Task RunAsync(ConnectionContext connection, ConnectionDelegate next)
    {
        // Before its preface the server does not know of the connection, so its own limit does not hold yet.
        using CancellationTokenSource silence = new(silenceMax, time);
        PipeReader input = connection.Transport.Input;
        LinkClass? linkClass = null;
        Opening opening;
        try
        {
            opening = Opening.Undecided;
            while (opening == Opening.Undecided)
            {
                ReadResult read = await input.ReadAsync(silence.Token);
                opening = Look(read.Buffer);
                SequencePosition consumed = read.Buffer.Start;
                if (opening == Opening.Member)
                {
                    consumed = read.Buffer.GetPosition(FramePreface.Length);
                    linkClass = FramePreface.ClassOf(read.Buffer.Slice(0, FramePreface.Length));
                }

                input.AdvanceTo(consumed, opening == Opening.Undecided ? read.Buffer.End : consumed);
                if (opening == Opening.Undecided && read.IsCompleted)
                {
                    return;
                }
            }

            if (opening == Opening.Http1)
            {
                await connection.Transport.Output.WriteAsync(_answer, silence.Token);
            }

            if (opening is Opening.Http1 or Opening.Neither)
            {
                return;
            }
        }
        catch (Exception failure) when (failure is OperationCanceledException or IOException)
        {
            return; // silent for too long, or gone: nobody waits for an answer, and it is no error of the server's
        }

        await (opening == Opening.Member ? takeMember(connection, linkClass) : next(connection));
    }

    /// <summary>What a connection that begins so speaks.</summary>
    public static Opening Look(in ReadOnlySequence<byte> begin)
    {
        Span<byte> first = stackalloc byte[Preface.Length];
        int length = (int)Math.Min(begin.Length, first.Length);
        begin.Slice(0, length).CopyTo(first);
        if (length > 0 && FramePreface.MayBegin(first[..length]))
        {
            return length >= FramePreface.Length ? Opening.Member : Opening.Undecided;
        }

        int same = first[..length].CommonPrefixLength(Preface);
        return same == length
            ? length == Preface.Length ? Opening.Http2 : Opening.Undecided
            : first[0] is >= (byte)'A' and <= (byte)'Z' ? Opening.Http1 : Opening.Neither;
    }

    private static byte[] AnswerOf(int httpPort)
    {
        string body = $"This port speaks gRPC, over HTTP/2 without TLS and with prior knowledge. HTTP/1.1 (REST, health) is spoken at port {httpPort}.\n";
        return Encoding.ASCII.GetBytes(
            $"HTTP/1.1 426 Upgrade Required\r\nUpgrade: h2c\r\nConnection: Upgrade, close\r\nContent-Type: text/plain\r\nContent-Length: {body.Length}\r\n\r\n{body}");
    }

    /// <summary>What the first bytes of a connection tell.</summary>
    public enum Opening
    {
        /// <summary>They are the preface so far.</summary>
        Undecided,

        /// <summary>The preface.</summary>
        Http2,

        /// <summary>The preface of a member that brings frames.</summary>
        Member,

        /// <summary>They look like a method.</summary>
        Http1,

        /// <summary>Neither, such as the greeting of TLS.</summary>
        Neither,
    }
}
