using System.Globalization;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Text;
using Xunit;

namespace KvStore.Tests.FrontEnds.Resp;

/// <summary>
/// One connection to the Redis port, and answers as text: <c>+simple</c>, <c>-error</c>, <c>:1</c>, <c>$bulk</c>, <c>nil</c>,
/// <c>[...]</c>, <c>%[...]</c>, <c>~[...]</c>, <c>&gt;[...]</c>, <c>=verbatim</c>, and <c>closed</c> at the end.
/// </summary>
internal sealed class RespTalk : IAsyncDisposable
{
    private static readonly TimeSpan PatienceMax = TimeSpan.FromSeconds(60);

    private readonly Socket _socket;
    private readonly Stream _stream;
    private readonly BufferedStream _answers;

    private RespTalk(Socket socket, Stream stream)
    {
        _socket = socket;
        _stream = stream;
        _answers = new BufferedStream(stream);
    }

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public string LocalAddress => $"{_socket.LocalEndPoint}";

    public static Task<RespTalk> ConnectAsync(RunningNode node, RemoteCertificateValidationCallback? accepts = null) => ConnectAsync(node.RespEndPoint, accepts);

    /// <param name="accepts">For TLS.</param>
    public static async Task<RespTalk> ConnectAsync(IPEndPoint endPoint, RemoteCertificateValidationCallback? accepts = null)
    {
        Socket socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(endPoint, Cancellation);
        Stream stream = new NetworkStream(socket, ownsSocket: true);
        if (accepts is not null)
        {
            SslStream secure = new(stream, leaveInnerStreamOpen: false, accepts);
            await secure.AuthenticateAsClientAsync("localhost");
            stream = secure;
        }

        return new RespTalk(socket, stream);
    }

    /// <summary>Sends a command and reads its answer.</summary>
    /// <param name="line">Words between blanks; of one between double quotes the blanks are its own.</param>
    public async Task<string> AskAsync(string line)
    {
        await SendAsync(RespBytes.Command(WordsOf(line)));
        return await AnswerAsync();
    }

    public async Task SendAsync(byte[] bytes) => await _stream.WriteAsync(bytes, Cancellation);

    /// <summary>Says that nothing more comes.</summary>
    public void EndSending() => _socket.Shutdown(SocketShutdown.Send);

    public async Task<string> AnswerAsync()
    {
        string? line = await LineAsync();
        if (line is null)
        {
            return "closed";
        }

        return line[0] switch
        {
            '$' or '=' => NumberOf(line) < 0 ? "nil" : line[0] + await BytesAsync(NumberOf(line)),
            '*' or '~' or '>' => NumberOf(line) < 0 ? "nil" : (line[0] == '*' ? "" : line[..1]) + await ItemsAsync(NumberOf(line)),
            '%' => "%" + await ItemsAsync(2 * NumberOf(line)),
            '_' => "nil",
            _ => line,
        };
    }

    public async ValueTask DisposeAsync() => await _stream.DisposeAsync();

    private static int NumberOf(string line) => int.Parse(line.AsSpan(1), CultureInfo.InvariantCulture);

    private static string[] WordsOf(string line) => [.. line.Split('"').SelectMany((part, place) => place % 2 == 1 ? [part] : part.Split(' ', StringSplitOptions.RemoveEmptyEntries))];

    private async Task<string> ItemsAsync(int count)
    {
        List<string> items = [];
        for (int i = 0; i < count; i++)
        {
            items.Add(await AnswerAsync());
        }

        return $"[{string.Join(", ", items)}]";
    }

    private async Task<string> BytesAsync(int count)
    {
        byte[] bytes = new byte[count + 2];
        await _answers.ReadExactlyAsync(bytes, Cancellation).AsTask().WaitAsync(PatienceMax, Cancellation);
        return Encoding.UTF8.GetString(bytes, 0, count);
    }

    private async Task<string?> LineAsync()
    {
        List<byte> line = [];
        byte[] one = new byte[1];
        while (line.Count < 2 || line[^1] != '\n')
        {
            int read;
            try
            {
                read = await _answers.ReadAsync(one, Cancellation).AsTask().WaitAsync(PatienceMax, Cancellation);
            }
            catch (IOException)
            {
                read = 0; // cut off
            }

            if (read == 0)
            {
                return null;
            }

            line.Add(one[0]);
        }

        return Encoding.UTF8.GetString([.. line], 0, line.Count - 2);
    }
}
