using System.Globalization;
using Xunit;

namespace KvStore.Tests.FrontEnds.Resp;

/// <summary>Commands and their answers, as the public documentation of Redis has them.</summary>
public sealed class RespTranscriptTests(RespNode shared) : IClassFixture<RespNode>
{
    // Of a time that runs: how much of it is left is not known.
    private const string AtMost = ":<=";
    private const string WrongType = "-WRONGTYPE Operation against a key holding the wrong kind of value";

    [Fact]
    public Task Strings() => PlayAsync(
        ("GET s", "nil"), ("SET s hello", "+OK"), ("get s", "$hello"), ("SET s v NX", "nil"), ("SET s2 v XX", "nil"), ("SET s2 v NX", "+OK"),
        ("SET s v XX", "+OK"), ("SET s new GET", "$v"), ("SET s3 x GET", "nil"), ("GET s3", "$x"), ("SET s other NX GET", "$new"), ("GET s", "$new"),
        ("SET s next IFEQ new", "+OK"), ("SET s lost IFEQ new", "nil"), ("SET s last IFNE new", "+OK"), ("GET s", "$last"),
        ("SET s v NX XX", "-ERR syntax error"), ("SET s v EX", "-ERR syntax error"), ("SET s v EX 0", "-ERR invalid expire time in 'set' command"),
        ("SET s v EX a", "-ERR value is not an integer or out of range"), ("SET s v PX 1 KEEPTTL", "-ERR syntax error"),
        ("SETNX s x", ":0"), ("SETNX s4 x", ":1"), ("GETSET s4 y", "$x"), ("GETSET s5 z", "nil"), ("GETDEL s5", "$z"), ("GETDEL s5", "nil"),
        ("APPEND s6 Hello", ":5"), ("APPEND s6 \" World\"", ":11"), ("GET s6", "$Hello World"), ("STRLEN s6", ":11"), ("STRLEN absent", ":0"));

    [Fact]
    public Task Ranges() => PlayAsync(
        ("SET r \"This is a string\"", "+OK"), ("GETRANGE r 0 3", "$This"), ("GETRANGE r -3 -1", "$ing"), ("GETRANGE r 0 -1", "$This is a string"),
        ("GETRANGE r 10 100", "$string"), ("GETRANGE r 5 3", "$"), ("GETRANGE r -1 -3", "$"), ("GETRANGE r -100 -100", "$T"), ("SUBSTR r 0 0", "$T"), ("GETRANGE absent 0 -1", "$"),
        ("GETRANGE r a 1", "-ERR value is not an integer or out of range"),
        ("SET r2 \"Hello World\"", "+OK"), ("SETRANGE r2 6 Redis", ":11"), ("GET r2", "$Hello Redis"), ("SETRANGE r3 6 Redis", ":11"), ("GET r3", "$\0\0\0\0\0\0Redis"),
        ("SETRANGE r4 5 \"\"", ":0"), ("EXISTS r4", ":0"), ("SETRANGE r2 -1 x", "-ERR offset is out of range"),
        ("SETRANGE r2 100000 x", "-ERR The value has 100001 bytes; 100000 are allowed (KvStore:ValueBytesMax)."));

    [Fact]
    public Task Numbers() => PlayAsync(
        ("INCR n", ":1"), ("INCRBY n 41", ":42"), ("DECR n", ":41"), ("DECRBY n 41", ":0"), ("GET n", "$0"), ("INCRBY n x", "-ERR value is not an integer or out of range"),
        ("SET n2 9223372036854775807", "+OK"), ("INCR n2", "-ERR increment or decrement would overflow"), ("DECRBY n2 -9223372036854775808", "-ERR decrement would overflow"),
        ("SET n3 234293482390480948029348230948", "+OK"), ("INCR n3", "-ERR value is not an integer or out of range"),
        ("SET f 10.50", "+OK"), ("INCRBYFLOAT f 0.1", "$10.6"), ("INCRBYFLOAT f -5", "$5.6"), ("SET f 5.0e3", "+OK"), ("INCRBYFLOAT f 2.0e2", "$5200"),
        ("INCRBYFLOAT f2 3", "$3"), ("INCRBYFLOAT f2 nan", "-ERR value is not a valid float"), ("SET f3 text", "+OK"), ("INCRBYFLOAT f3 1", "-ERR value is not a valid float"));

    [Fact]
    public Task Many_keys() => PlayAsync(
        ("MSET m1 a m2 b m1 c", "+OK"), ("MGET m1 m2 absent", "[$c, $b, nil]"), ("EXISTS m1 m2 m1 absent", ":3"), ("TOUCH m1 absent", ":1"),
        ("DEL m1 m2 m1 absent", ":2"), ("DEL m1", ":0"), ("MSET m1", "-ERR wrong number of arguments for 'mset' command"), ("MSET m1 a m2", "-ERR wrong number of arguments for 'mset' command"),
        ("MSETNX m3 a", ":1"), ("MSETNX m3 b", ":0"), ("UNLINK m3", ":1"),
        ("MSETNX a{m} a b{m} b", ":1"), ("MGET a{m} b{m}", "[$a, $b]"), ("MSETNX b{m} c c{m} c", ":0"), ("EXISTS c{m}", ":0"), ("DEL a{m} b{m}", ":2"),
        ("MSETNX m1 a m2 b", "-CROSSSLOT Keys in request don't hash to the same slot"), ("EXISTS m1 m2 a{m} b{m}", ":0"));

    [Fact]
    public Task Ends_of_keys() => PlayAsync(
        ("SET e v EX 100", "+OK"), ("TTL e", ":<=100"), ("SET e w KEEPTTL", "+OK"), ("TTL e", ":<=100"), ("SET e w", "+OK"), ("TTL e", ":-1"), ("TTL absent", ":-2"), ("PTTL absent", ":-2"),
        ("EXPIRE e 100 XX", ":0"), ("EXPIRE e 100 NX", ":1"), ("EXPIRE e 50 GT", ":0"), ("EXPIRE e 200 GT", ":1"), ("EXPIRE e 300 LT", ":0"), ("EXPIRE e 20 LT", ":1"), ("TTL e", ":<=20"),
        ("PERSIST e", ":1"), ("PERSIST e", ":0"), ("EXPIRE e 10 GT", ":0"), ("EXPIREAT e 4102444800", ":1"), ("EXPIRETIME e", ":4102444800"), ("PEXPIRETIME e", ":4102444800000"),
        ("GETEX e PERSIST", "$w"), ("EXPIRETIME e", ":-1"), ("GETEX e EX 30", "$w"), ("TTL e", ":<=30"), ("GETEX e", "$w"), ("TTL e", ":<=30"), ("APPEND e x", ":2"), ("TTL e", ":<=30"),
        ("EXPIRE e -1", ":1"), ("EXISTS e", ":0"), ("EXPIRE absent 10", ":0"), ("EXPIRE e a", "-ERR value is not an integer or out of range"),
        ("EXPIRE e 10 NX GT", "-ERR NX and XX, GT or LT options at the same time are not compatible"), ("EXPIRE e 10 NOW", "-ERR Unsupported option NOW"),
        ("SETEX e 0 v", "-ERR invalid expire time in 'setex' command"), ("SETEX e 9 v", "+OK"), ("TTL e", ":<=9"), ("PSETEX e 9000 v", "+OK"), ("TTL e", ":<=9"), ("INCR e2", ":1"), ("PEXPIRE e2 60000", ":1"), ("INCR e2", ":2"), ("TTL e2", ":<=60"));

    [Fact]
    public Task Keys() => PlayAsync(
        ("SET k v", "+OK"), ("TYPE k", "+string"), ("TYPE absent", "+none"), ("HSET kh f v", ":1"), ("TYPE kh", "+hash"), ("OBJECT ENCODING k", "$embstr"), ("OBJECT ENCODING kh", "$listpack"),
        ("DELIFEQ k x", ":0"), ("DELIFEQ k v", ":1"), ("DELIFEQ k v", ":0"),
        ("SET k v", "+OK"), ("DELEX k IFEQ x", ":0"), ("DELEX k IFNE v", ":0"), ("delex k ifne x", ":1"), ("DELEX k IFNE x", ":0"), ("SET k v", "+OK"), ("DELEX k IFEQ v", ":1"), ("DELEX k", ":0"),
        ("SET k v", "+OK"), ("DELEX k IFDEQ 0", "-ERR syntax error"), ("DELEX k IFEQ", "-ERR syntax error"), ("DELEX k", ":1"), ("EXISTS k", ":0"), ("SET a{k} v EX 100", "+OK"), ("RENAME a{k} b{k}", "+OK"), ("EXISTS a{k}", ":0"), ("GET b{k}", "$v"), ("TTL b{k}", ":<=100"),
        ("RENAME a{k} b{k}", "-ERR no such key"), ("SET a{k} w", "+OK"), ("RENAMENX a{k} b{k}", ":0"), ("RENAMENX a{k} c{k}", ":1"), ("GET c{k}", "$w"), ("RENAME c{k} other", "-CROSSSLOT Keys in request don't hash to the same slot"),
        ("COPY c{k} other", ":1"), ("COPY c{k} other", ":0"), ("SET c{k} x", "+OK"), ("COPY c{k} other REPLACE", ":1"), ("GET other", "$x"), ("COPY absent other", ":0"), ("COPY c{k} c{k}", "-ERR source and destination objects are the same"),
        ("GET \"\"", "-ERR The key is empty."), ("OBJECT FREQ k", "-ERR unknown subcommand or wrong number of arguments for 'FREQ'. Try OBJECT in the documentation."));

    [Fact]
    public Task What_strings_have_in_common() => PlayAsync(
        ("MSET lcs1 ohmytext lcs2 mynewtext", "+OK"), ("LCS lcs1 lcs2", "$mytext"), ("LCS lcs1 lcs2 LEN", ":6"), ("LCS lcs1 absent", "$"), ("LCS lcs1 absent LEN", ":0"), ("LCS lcs1 lcs1", "$ohmytext"),
        ("LCS lcs1 lcs2 IDX", "[$matches, [[[:4, :7], [:5, :8]], [[:2, :3], [:0, :1]]], $len, :6]"), ("LCS lcs1 lcs2 IDX MINMATCHLEN 4", "[$matches, [[[:4, :7], [:5, :8]]], $len, :6]"),
        ("LCS lcs1 lcs2 idx minmatchlen 4 withmatchlen", "[$matches, [[[:4, :7], [:5, :8], :4]], $len, :6]"), ("LCS lcs1 absent IDX", "[$matches, [], $len, :0]"),
        ("LCS lcs1 lcs2 LEN IDX", "-ERR If you want both the length and indexes, please just use IDX."), ("LCS lcs1 lcs2 ALL", "-ERR syntax error"), ("LCS lcs1 lcs2 MINMATCHLEN x", "-ERR value is not an integer or out of range"),
        ("HSET lcs3 f v", ":1"), ("LCS lcs1 lcs3", "-ERR The specified keys must contain string values"), ("SETRANGE lcs4 4095 x", ":4096"), ("SETRANGE lcs5 4096 x", ":4097"),
        ("LCS lcs4 lcs5", "-ERR LCS compares up to 16777216 pairs of bytes: the product of the strings' lengths is more"), ("LCS lcs4 lcs4 LEN", ":4096"));

    [Fact]
    public Task Hashes() => PlayAsync(
        ("HSET h f1 a f2 b", ":2"), ("HSET h f2 c f3 d", ":1"), ("HGET h f2", "$c"), ("HGET h absent", "nil"), ("HGET absent f", "nil"), ("HMGET h f1 x f3", "[$a, nil, $d]"), ("HMGET absent f", "[nil]"),
        ("HGETALL h", "[$f1, $a, $f2, $c, $f3, $d]"), ("HGETALL absent", "[]"), ("HKEYS h", "[$f1, $f2, $f3]"), ("HVALS h", "[$a, $c, $d]"), ("HLEN h", ":3"), ("HEXISTS h f1", ":1"), ("HEXISTS h x", ":0"), ("HSTRLEN h f1", ":1"),
        ("HSETNX h f1 z", ":0"), ("HSETNX h f4 z", ":1"), ("HINCRBY h n 5", ":5"), ("HINCRBY h n -7", ":-2"), ("HINCRBY h f1 1", "-ERR hash value is not an integer"), ("HINCRBY h n x", "-ERR value is not an integer or out of range"),
        ("HDEL h f1 f2 x", ":2"), ("HSCAN h 0 MATCH f* COUNT 1", "[$0, [$f3, $d, $f4, $z]]"), ("HSCAN h 0 NOVALUES", "[$0, [$f3, $f4, $n]]"), ("HMSET h f5 \"\"", "+OK"), ("HGET h f5", "$"),
        ("EXPIRE h 100", ":1"), ("HSET h f6 g", ":1"), ("TTL h", ":<=100"), ("HDEL h f3 f4 f5 f6 n", ":5"), ("EXISTS h", ":0"), ("HSET h f", "-ERR wrong number of arguments for 'hset' command"), ("HSET h f v g", "-ERR wrong number of arguments for 'hset' command"));

    [Fact]
    public Task A_hash_is_no_string_and_a_string_no_hash() => PlayAsync(
        ("HSET w f v", ":1"), ("GET w", WrongType), ("APPEND w x", WrongType), ("STRLEN w", WrongType), ("GETRANGE w 0 1", WrongType), ("SETRANGE w 0 x", WrongType), ("INCR w", WrongType), ("INCRBYFLOAT w 1", WrongType),
        ("GETSET w x", WrongType), ("GETDEL w", WrongType), ("GETEX w", WrongType), ("SET w x GET", WrongType), ("DELIFEQ w x", WrongType), ("DELEX w IFNE x", WrongType), ("MGET w", "[nil]"), ("HGET w f", "$v"), ("SET w x", "+OK"),
        ("HGET w f", WrongType), ("HSET w f v", WrongType), ("HDEL w f", WrongType), ("HGETALL w", WrongType), ("HINCRBY w f 1", WrongType), ("GET w", "$x"));

    [Fact]
    public Task The_connection() => PlayAsync(
        ("PING", "+PONG"), ("ping \"a b\"", "$a b"), ("PING a b", "-ERR wrong number of arguments for 'ping' command"), ("ECHO \"a  b\"", "$a  b"), ("SELECT 0", "+OK"), ("SELECT 1", "-ERR DB index is out of range"), ("SELECT a", "-ERR invalid DB index"),
        ("CLIENT GETNAME", "nil"), ("CLIENT SETNAME me", "+OK"), ("CLIENT GETNAME", "$me"), ("CLIENT SETNAME \"a b\"", "-ERR Client names cannot contain spaces, newlines or special characters."), ("CLIENT SETINFO lib-name x", "+OK"),
        ("CLIENT SETINFO other x", "-ERR Unrecognized option 'other'"), ("CLIENT NO-EVICT on", "+OK"), ("CLIENT NO-TOUCH on", "+OK"), ("CLIENT KILL 1.2.3.4:5", "-ERR No such client"), ("CLIENT KILL ID 999999", ":0"), ("READONLY", "+OK"), ("READWRITE", "+OK"),
        ("KV.CONSISTENCY", "$quorum"), ("KV.CONSISTENCY ALL", "+OK"), ("KV.CONSISTENCY", "$all"), ("SET c v", "+OK"), ("KV.CONSISTENCY 9", "+OK"), ("GET c", "-ERR Level 9 asks for more replicas than the key has."), ("KV.CONSISTENCY some", "-ERR the level must be one, quorum, all or a number of replicas"),
        ("KV.TRACEPARENT x", "-ERR the value must be a W3C traceparent, such as 00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"),
        ("HELLO 4", "-NOPROTO unsupported protocol version"), ("HELLO x", "-ERR Protocol version is not an integer or out of range"), ("AUTH secret", "-ERR AUTH <password> called without any password configured for the default user. Are you sure your configuration is correct?"), ("AUTH default x", "+OK"),
        ("RESET", "+RESET"), ("CLIENT GETNAME", "nil"), ("NOSUCH a b", "-ERR unknown command 'NOSUCH', with args beginning with: 'a' 'b' "), ("GET", "-ERR wrong number of arguments for 'get' command"), ("QUIT", "+OK"));

    [Fact]
    public Task The_server() => PlayAsync(
        ("CONFIG GET save", "[$save, $]"), ("CONFIG GET APPEND*", "[$appendonly, $yes, $appendfsync, $always]"), ("CONFIG GET nothing", "[]"), ("CONFIG SET save 1", "-ERR CONFIG SET is refused: options are read when a node starts (section KvStore)"),
        ("MODULE LIST", "[]"), ("SLOWLOG GET 10", "[]"), ("SLOWLOG LEN", ":0"), ("LATENCY RESET", ":0"), ("FUNCTION FLUSH", "+OK"), ("INFO nothing", "$"), ("INFO replication", "$# Replication\r\nrole:master\r\nconnected_slaves:0\r\n"),
        ("COMMAND GETKEYS MSET a b c d", "[$a, $c]"), ("COMMAND GETKEYS GET a", "[$a]"), ("COMMAND GETKEYS PING", "-ERR The command has no key arguments"), ("COMMAND INFO nosuch get", "[nil, [$get, :2, [+readonly, +fast], :1, :1, :1, [], [], [], []]]"),
        ("COMMAND DOCS get", "[$get, [$summary, $Returns the string value of a key., $group, $string, $since, $1.0.0]]"), ("MEMORY USAGE absent", "nil"),
        ("DEBUG SLEEP 0", "-ERR DEBUG is not allowed here: set KvStore:Resp:AllowDebug to true where it is to be."));

    [Fact]
    public Task Subscriptions() => PlayAsync(
        ("SUBSCRIBE a", "[$subscribe, $a, :1]"), ("PSUBSCRIBE b*", "[$psubscribe, $b*, :2]"), ("GET k", "-ERR Can't execute 'get': only (P|S)SUBSCRIBE / (P|S)UNSUBSCRIBE / PING / QUIT / RESET are allowed in this context"),
        ("PING", "[$pong, $]"), ("UNSUBSCRIBE", "[$unsubscribe, $a, :1]"), ("PUNSUBSCRIBE b*", "[$punsubscribe, $b*, :0]"), ("UNSUBSCRIBE", "[$unsubscribe, nil, :0]"), ("PING", "+PONG"), ("PUBLISH a b", "-ERR unknown command 'PUBLISH', with args beginning with: 'a' 'b' "));

    [Fact]
    public async Task The_new_protocol()
    {
        await using RespTalk talk = await RespTalk.ConnectAsync(shared.Node);
        string greeting = await talk.AskAsync("HELLO 3 SETNAME three");
        Assert.StartsWith("%[$server, $redis, $version, $7.4.0, $proto, :3, $id, :", greeting, StringComparison.Ordinal);
        Assert.EndsWith(", $mode, $standalone, $role, $master, $modules, []]", greeting, StringComparison.Ordinal);
        await PlayAsync(talk,
            ("CLIENT GETNAME", "$three"), ("GET absent3", "nil"), ("HSET h3 f v", ":1"), ("HGETALL h3", "%[$f, $v]"), ("CONFIG GET save", "%[$save, $]"), ("SUBSCRIBE a", ">[$subscribe, $a, :1]"), ("PING", "+PONG"),
            ("INFO cluster", "=txt:# Cluster\r\ncluster_enabled:0\r\n"), ("COMMAND INFO get", "[[$get, :2, ~[+readonly, +fast], :1, :1, :1, ~[], [], [], []]]"));
    }

    [Fact]
    public async Task A_value_ends_when_its_time_is_over()
    {
        await using RespTalk talk = await RespTalk.ConnectAsync(shared.Node);
        Assert.Equal("+OK", await talk.AskAsync("SET ends v PX 50"));
        string answer;
        do
        {
            answer = await talk.AskAsync("GET ends");
        }
        while (answer == "$v");
        Assert.Equal("nil", answer);
        Assert.Equal(":-2", await talk.AskAsync("TTL ends"));
    }

    private async Task PlayAsync(params (string Command, string Answer)[] transcript)
    {
        await using RespTalk talk = await RespTalk.ConnectAsync(shared.Node);
        await PlayAsync(talk, transcript);
    }

    private static async Task PlayAsync(RespTalk talk, params (string Command, string Answer)[] transcript)
    {
        foreach ((string command, string answer) in transcript)
        {
            string got = await talk.AskAsync(command);
            if (answer.StartsWith(AtMost, StringComparison.Ordinal))
            {
                Assert.InRange(int.Parse(got.AsSpan(1), CultureInfo.InvariantCulture), 1, int.Parse(answer.AsSpan(AtMost.Length), CultureInfo.InvariantCulture));
            }
            else
            {
                Assert.Equal((command, answer), (command, got));
            }
        }
    }
}
