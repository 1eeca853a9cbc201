using System.Globalization;
using KvStore.Node.Membership;
using KvStore.Node.Peers;
using KvStore.Node.Registers;
using KvStore.Node.Ring;
using KvStore.Node.Storage;

namespace KvStore.Tests.Peers;

/// <summary>Small messages for tests, and messages and frames as text that says everything, so that whole values compare.</summary>
internal static class Messages
{
    public static readonly ClusterId Cluster = ClusterId.FromName("test");

    public static MemberId Member(string name) => MemberId.FromName(Cluster, name);

    public static PeerFrameHeader HeaderOf(string from, string to) =>
        new(Cluster, Member(from), Member(to), Epoch.First, TopologyDigest: 7, new ShownMark(1, 1, 0, 0), VoteState.Voting, default);

    public static PeerRequest Read(ulong id) => new(
        PeerRequestKind.Read, id, Epoch.First, new Key("key"u8.ToArray()), default, default, TimeoutMilliseconds: 1000, default);

    public static PeerRequest Accept(ulong id, int valueLength) => new(
        PeerRequestKind.Accept, id, Epoch.First, new Key("key"u8.ToArray()), Ballot(1), Value(valueLength), TimeoutMilliseconds: 1000, default);

    public static PeerReply Accepted(ulong id) => new(PeerReplyKind.Accepted, id, Epoch.First, Ballot(1));

    public static PeerReply ReadReply(ulong id, int valueLength) =>
        new(PeerReplyKind.Read, id, Epoch.First, Ballot(1), Value(valueLength));

    /// <summary>Byte i of the value is i modulo 251.</summary>
    public static RegisterRecord Value(int length)
    {
        byte[] bytes = new byte[length];
        for (int i = 0; i < length; i++)
        {
            bytes[i] = (byte)(i % 251);
        }

        return new RegisterRecord(Ballot(1), new RegisterState
        {
            Kind = RegisterKind.Value,
            Value = bytes,
            Version = new StateVersion(Ballot(1), 1),
        });
    }

    public static Ballot Ballot(long counter) => new(Epoch.First, counter, 1);

    public static ReadOnlyMemory<byte> Frame(PeerFrameHeader header, params PeerRequest[] requests)
    {
        PeerFrameWriter writer = new(PeerFrameKind.Requests);
        foreach (PeerRequest request in requests)
        {
            writer.Append(request, (int)PeerRequestCodec.LengthOf(request), now: 0);
        }

        return writer.Complete(header).ToArray();
    }

    public static ReadOnlyMemory<byte> Frame(PeerFrameHeader header, params PeerReply[] replies)
    {
        PeerFrameWriter writer = new(PeerFrameKind.Replies);
        foreach (PeerReply reply in replies)
        {
            writer.Append(reply, (int)PeerReplyCodec.LengthOf(reply));
        }

        return writer.Complete(header).ToArray();
    }

    public static string Describe(PeerFrame frame) => string.Join(
        '\n', [frame.Header.ToString(), .. frame.Requests.Select(request => Describe(request)), .. frame.Replies.Select(reply => Describe(reply))]);

    public static string Describe(in PeerRequest request)
    {
        StoreScan? scan = request.Scan;
        string key = Convert.ToHexString(request.Key.Span);
        string trace = $"{request.Trace.TraceId}/{request.Trace.SpanId}/{request.Trace.TraceFlags}/{request.Trace.IsRemote}";
        string range = scan is null ? "none" : $"{Hex(scan.Prefix)}/{Hex(scan.After)}/{scan.LimitMax}/{scan.WithValues}/{string.Join(',', scan.Spans?.Spans ?? [])}";
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{request.Kind} {request.Id} {request.Epoch} {key} {Full(request.Ballot)} [{Describe(request.Record)}] {request.TimeoutMilliseconds} {trace} {range} {Full(request.Next)} {Describe(request.Handed)}");
    }

    public static string Describe(in PeerReply reply)
    {
        string page = reply.Page is null
            ? "none"
            : $"{reply.Page.Complete}:{string.Join(';', reply.Page.Entries.Select(e => $"{Convert.ToHexString(e.Key.Span)}={e.ValueLength}/{Describe(e.Record)}"))}";
        return $"{reply.Kind} {reply.Id} {reply.Epoch} {Full(reply.Ballot)} [{Describe(reply.Record)}] {Full(reply.Floor)} {page} {reply.HoldsNext} {Describe(reply.Handed)}";
    }

    private static string Describe(HandedChange? handed) => handed is not { Change: { } change }
        ? "none"
        : string.Create(
            CultureInfo.InvariantCulture,
            $"{handed.Needed} {change.Kind} {change.Condition} {Full(change.Expected.Ballot)}-{change.Expected.Step} {change.By} {change.LengthMax} {change.AnswersBefore} {change.ExpiresAt} {Hex(change.Value)}");

    private static string Describe(HandedAnswer? answer) => answer is null
        ? "none"
        : string.Create(
            CultureInfo.InvariantCulture,
            $"{answer.Outcome} {answer.Failure} {answer.Result.Outcome} {answer.Result.Existed} {answer.Result.Number} [{Describe(new RegisterRecord(default, answer.Result.State))}] [{Describe(new RegisterRecord(default, answer.Result.Before))}]");

    private static string Describe(in RegisterRecord record) => record.State is not { } state
        ? "absent"
        : string.Create(
            CultureInfo.InvariantCulture,
            $"{Full(record.Ballot)} {state.Kind} {Hex(state.Value)} {state.ExpiresAt} {Full(state.Version.Ballot)}-{state.Version.Step} {Full(state.Pruned)} ({string.Join(',', state.Vector.ToArray().Select(b => Full(b)))})");

    private static string Full(Ballot ballot) => $"{ballot.Epoch}.{ballot.Counter}.{ballot.Ordinal}";

    private static string Hex(ReadOnlyMemory<byte> bytes) => Convert.ToHexString(bytes.Span);
}
