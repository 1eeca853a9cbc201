using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Text;
using KvStore.Node.Coordination;

namespace KvStore.Node.FrontEnds.Resp;

/// <summary>What a connection has said of itself, and how it wants its commands done. Its own reading thread changes it.</summary>
internal sealed class RespClient(long id, EndPoint? remote, EndPoint? local, Consistency level, bool isAuthenticated)
{
    /// <summary>Channels of one connection, at most: nothing is ever published to them.</summary>
    public const int ChannelsMax = 1_024;

    private readonly Consistency _level = level;
    private readonly bool _isAuthenticated = isAuthenticated;

    public long Id { get; } = id;

    public string Name { get; set; } = "";

    public string Library { get; set; } = "";

    public string LibraryVersion { get; set; } = "";

    public int Protocol { get; set; } = RespWriter.OldProtocol;

    public Consistency Level { get; set; } = level;

    public bool IsAuthenticated { get; set; } = isAuthenticated;

    /// <summary>Answers are thrown away until it says otherwise.</summary>
    public bool IsSilent { get; set; }

    /// <summary>The answer of the next command is thrown away.</summary>
    public bool SkipsNext { get; set; }

    /// <summary>Of the next command; default where the client has not said one.</summary>
    public ActivityContext NextParent { get; set; }

    public List<byte[]> Channels { get; } = [];

    public List<byte[]> Patterns { get; } = [];

    /// <summary>Whether only few commands are allowed, as RESP2 has it once a channel is subscribed to.</summary>
    public bool IsSubscriber => Protocol == RespWriter.OldProtocol && Channels.Count + Patterns.Count > 0;

    /// <summary>Whether it has begun a transaction, of which nothing is run.</summary>
    public bool IsInTransaction { get; set; }

    /// <summary>Name of the last command.</summary>
    public string LastCommand { get; set; } = "NULL";

    /// <summary>As a new connection is.</summary>
    public void Reset()
    {
        Name = "";
        Protocol = RespWriter.OldProtocol;
        Level = _level;
        IsAuthenticated = _isAuthenticated;
        IsSilent = false;
        SkipsNext = false;
        NextParent = default;
        IsInTransaction = false;
        Channels.Clear();
        Patterns.Clear();
    }

    /// <summary>As CLIENT LIST shows it, on one line.</summary>
    public string Describe() => string.Create(
        CultureInfo.InvariantCulture,
        $"id={Id} addr={remote} laddr={local} name={Name} flags=N db=0 sub={Channels.Count} psub={Patterns.Count} cmd={LastCommand} user=default resp={Protocol} lib-name={Library} lib-ver={LibraryVersion}");

    /// <summary>Whether a name or a version is fit for a list of words: no blanks, nothing that cannot be seen.</summary>
    public static bool IsWord(ReadOnlySpan<byte> text) => text.IndexOfAnyExceptInRange((byte)'!', (byte)'~') < 0;

    public static string TextOf(byte[] bytes) => Encoding.UTF8.GetString(bytes);

    public bool IsAt(string address) => $"{remote}" == address;

    public bool IsAtLocal(string address) => $"{local}" == address;
}
