using System.Globalization;
using System.Text;

namespace KvStore.Node.FrontEnds.Resp;

/// <summary>The answer to a command, in neither version of the protocol yet.</summary>
/// <param name="Number">Of an integer.</param>
/// <param name="Bytes">Of a bulk and of texts; not written to.</param>
/// <param name="Items">Of what has any.</param>
internal readonly record struct RespReply(RespReplyKind Kind, long Number = 0, ReadOnlyMemory<byte> Bytes = default, IReadOnlyList<RespReply>? Items = null)
{
    public static readonly RespReply Ok = Simple("OK");
    public static readonly RespReply Null = new(RespReplyKind.Null);
    public static readonly RespReply NullArray = new(RespReplyKind.NullArray);
    public static readonly RespReply Nothing = new(RespReplyKind.None);
    public static readonly RespReply EmptyArray = Array([]);

    /// <summary>Rough: what the answer holds in memory until it is written.</summary>
    public long Length
    {
        get
        {
            long length = Bytes.Length;
            for (int i = 0; i < Items?.Count; i++)
            {
                length += RespLimits.ArgumentOverhead + Items[i].Length;
            }

            return length;
        }
    }

    /// <param name="text">ASCII on one line.</param>
    public static RespReply Simple(string text) => new(RespReplyKind.Simple, Bytes: Encoding.ASCII.GetBytes(text));

    /// <param name="text">A word in capitals and what a person should know; line ends become blanks.</param>
    public static RespReply Error(string text) =>
        new(RespReplyKind.Error, Bytes: Encoding.UTF8.GetBytes(text.ReplaceLineEndings(" ").Replace('\r', ' ').Replace('\n', ' ')));

    public static RespReply Integer(long number) => new(RespReplyKind.Integer, number);

    public static RespReply Bulk(ReadOnlyMemory<byte> bytes) => new(RespReplyKind.Bulk, Bytes: bytes);

    public static RespReply Text(string text) => Bulk(Encoding.UTF8.GetBytes(text));

    public static RespReply Text(long number) => Text(number.ToString(CultureInfo.InvariantCulture));

    public static RespReply Verbatim(string text) => new(RespReplyKind.Verbatim, Bytes: Encoding.UTF8.GetBytes(text));

    public static RespReply Array(IReadOnlyList<RespReply> items) => new(RespReplyKind.Array, Items: items);

    /// <param name="items">Keys and values by turns.</param>
    public static RespReply Map(IReadOnlyList<RespReply> items) => new(RespReplyKind.Map, Items: items);

    public static RespReply Set(IReadOnlyList<RespReply> items) => new(RespReplyKind.Set, Items: items);

    public static RespReply Push(IReadOnlyList<RespReply> items) => new(RespReplyKind.Push, Items: items);

    /// <param name="bytes">What is sent, from the first to the last.</param>
    public static RespReply Written(ReadOnlyMemory<byte> bytes) => new(RespReplyKind.Written, Bytes: bytes);

    public static RespReply Several(IReadOnlyList<RespReply> items) => new(RespReplyKind.Several, Items: items);
}
