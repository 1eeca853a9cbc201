using System.IO.Pipelines;
using System.Net;
using System.Net.Sockets;
using KvStore.Node.Peers;
using Xunit;

namespace KvStore.Tests.Peers;

/// <summary>A connection to a member that sends what it is told to, right or wrong.</summary>
internal sealed class RawPeer : IDisposable
{
    private readonly TcpClient _client = new();
    private PipeReader? _input;
    private PipeWriter? _output;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public static async Task<RawPeer> DialAsync(int port, byte[] preface)
    {
        RawPeer peer = new();
        await peer._client.ConnectAsync(IPAddress.Loopback, port, Cancellation);
        peer._input = PipeReader.Create(peer._client.GetStream());
        peer._output = PipeWriter.Create(peer._client.GetStream());
        await peer._output.WriteAsync(preface, Cancellation);
        return peer;
    }

    public async Task SendAsync(ReadOnlyMemory<byte> frame)
    {
        FrameAssembly.Announce(_output!, frame.Length);
        await _output!.WriteAsync(frame, Cancellation);
    }

    public async Task AnnounceAsync(int length)
    {
        FrameAssembly.Announce(_output!, length);
        await _output!.FlushAsync(Cancellation);
    }

    public void SayNothingMore() => _client.Client.Shutdown(SocketShutdown.Send);

    /// <summary>Waits until the member has taken the link.</summary>
    public async Task WelcomedAsync() => Assert.Equal((FrameWord.Welcome, null), await NextAsync(new FrameAssembly()));

    /// <summary>Reads up to the member's farewell.</summary>
    public async Task<string?> FarewellAsync()
    {
        FrameAssembly assembly = new();
        while (true)
        {
            (FrameWord word, string? farewell) = await NextAsync(assembly);
            if (word == FrameWord.Farewell)
            {
                return farewell;
            }
        }
    }

    /// <summary>Waits until the member has ended the connection, however it does.</summary>
    public async Task EndAsync()
    {
        try
        {
            while (!(await _input!.ReadAsync(Cancellation)).IsCompleted)
            {
                _input.AdvanceTo((await _input.ReadAsync(Cancellation)).Buffer.End);
            }
        }
        catch (IOException)
        {
            // Reset, which is an end too.
        }
    }

    public void Dispose() => _client.Dispose();

    private async Task<(FrameWord Word, string? Farewell)> NextAsync(FrameAssembly assembly)
    {
        while (true)
        {
            ReadResult read = await _input!.ReadAsync(Cancellation);
            var unread = read.Buffer;
            FrameWord word = assembly.Take(ref unread, out _, out string? farewell);
            _input.AdvanceTo(unread.Start, word == FrameWord.Missing ? unread.End : unread.Start);
            if (word != FrameWord.Missing)
            {
                return (word, farewell);
            }

            Assert.False(read.IsCompleted, "the connection has ended");
        }
    }
}
