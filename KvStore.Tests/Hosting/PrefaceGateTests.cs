using System.Buffers;
using System.Text;
using KvStore.Node.Hosting;
using Xunit;

namespace KvStore.Tests.Hosting;

public sealed class PrefaceGateTests
{
    private const string Preface = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";

    [Theory]
    [InlineData("GET / HTTP/1.1\r\n", "Http1")]
    [InlineData("G", "Http1")]
    [InlineData("PUT /kv/a HTTP/1.1\r\n", "Http1")]
    [InlineData("PRI * HTTP/1.1\r\n", "Http1")]
    [InlineData("", "Undecided")]
    [InlineData("P", "Undecided")]
    [InlineData("PRI * HTTP/2.0\r\n\r\nSM\r\n\r", "Undecided")]
    [InlineData(Preface, "Http2")]
    [InlineData(Preface + "\0\0\0", "Http2")]
    [InlineData("\u0016\u0003\u0001", "Neither")]
    [InlineData("get / HTTP/1.1\r\n", "Neither")]
    [InlineData("kvstore-peer/1 1\n", "Member")]
    [InlineData("kvstore-peer/1 9\nmore", "Member")]
    [InlineData("kvstore-peer/1 1", "Undecided")]
    [InlineData("k", "Undecided")]
    [InlineData("kvstore-peer/2 1\n", "Neither")]
    [InlineData("kvstore\n", "Neither")]
    public void The_first_bytes_that_differ_decide(string begin, string expected) =>
        Assert.Equal(expected, PrefaceGate.Look(new ReadOnlySequence<byte>(Encoding.Latin1.GetBytes(begin))).ToString());

    [Fact]
    public void A_preface_in_pieces_is_undecided_until_its_last_byte()
    {
        byte[] bytes = Encoding.ASCII.GetBytes(Preface);

        Assert.All(Enumerable.Range(0, bytes.Length), length =>
            Assert.Equal(PrefaceGate.Opening.Undecided, PrefaceGate.Look(new ReadOnlySequence<byte>(bytes, 0, length))));
        Assert.Equal(PrefaceGate.Opening.Http2, PrefaceGate.Look(new ReadOnlySequence<byte>(bytes)));
    }
}
