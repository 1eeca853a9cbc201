using KvStore.Node.Membership;
using KvStore.Node.Peers;
using KvStore.Node.Registers;
using Xunit;

namespace KvStore.Tests.Peers;

public sealed class PeerCodecTests
{
    [Fact]
    public void Every_kind_of_request_round_trips()
    {
        RandomMessages random = new(new Random(1));
        foreach (PeerRequestKind kind in Enum.GetValues<PeerRequestKind>())
        {
            PeerFrameHeader header = random.Header();
            PeerRequest request = random.Request(kind);
            PeerFrame expected = new(header, [request], []);
            Assert.Equal(Messages.Describe(expected), Messages.Describe(Read(Messages.Frame(header, request))));
        }
    }

    [Fact]
    public void Every_kind_of_reply_round_trips()
    {
        RandomMessages random = new(new Random(2));
        foreach (PeerReplyKind kind in Enum.GetValues<PeerReplyKind>())
        {
            PeerFrameHeader header = random.Header();
            PeerReply reply = random.Reply(kind);
            PeerFrame expected = new(header, [], [reply]);
            Assert.Equal(Messages.Describe(expected), Messages.Describe(Read(Messages.Frame(header, reply))));
        }
    }

    [Fact]
    public void Any_mix_of_messages_round_trips()
    {
        Random random = new(3);
        RandomMessages messages = new(random);
        HashSet<PeerRequestKind> requestKinds = [];
        HashSet<PeerReplyKind> replyKinds = [];
        int empty = 0, traced = 0, absent = 0, emptyPages = 0;
        for (int i = 0; i < 2000; i++)
        {
            PeerFrameHeader header = messages.Header();
            bool isRequests = random.Next(2) == 0;
            int count = random.Next(8);
            PeerRequest[] requests = [.. Enumerable.Range(0, isRequests ? count : 0).Select(_ => messages.Request())];
            PeerReply[] replies = [.. Enumerable.Range(0, isRequests ? 0 : count).Select(_ => messages.Reply())];
            PeerFrame expected = new(header, requests, replies);

            ReadOnlyMemory<byte> bytes = isRequests ? Messages.Frame(header, requests) : Messages.Frame(header, replies);
            Assert.Equal(Messages.Describe(expected), Messages.Describe(Read(bytes)));

            empty += expected.IsEmpty ? 1 : 0;
            traced += requests.Count(request => request.Trace != default);
            absent += replies.Count(reply => reply.Kind == PeerReplyKind.Read && reply.Record.IsAbsent);
            emptyPages += replies.Count(reply => reply.Page is { Entries.Count: 0 });
            requestKinds.UnionWith(requests.Select(request => request.Kind));
            replyKinds.UnionWith(replies.Select(reply => reply.Kind));
        }

        Assert.Equal(Enum.GetValues<PeerRequestKind>().Order(), requestKinds.Order());
        Assert.Equal(Enum.GetValues<PeerReplyKind>().Order(), replyKinds.Order());
        Assert.All(new[] { empty, traced, absent, emptyPages }, count => Assert.True(count > 10));
    }

    [Fact]
    public void Every_truncation_and_every_flipped_bit_is_refused()
    {
        RandomMessages random = new(new Random(4));
        foreach (ReadOnlyMemory<byte> frame in new[]
        {
            Messages.Frame(random.Header(), random.Request(PeerRequestKind.Accept), random.Request(PeerRequestKind.Scan)),
            Messages.Frame(random.Header(), random.Reply(PeerReplyKind.Promised), random.Reply(PeerReplyKind.Page)),
            Messages.Frame(random.Header(), Array.Empty<PeerRequest>()),
        })
        {
            for (int length = 0; length < frame.Length; length++)
            {
                Assert.False(PeerCodec.TryReadFrame(frame[..length], out _, out string? problem));
                Assert.NotEmpty(problem);
            }

            for (int bit = 0; bit < frame.Length * 8; bit++)
            {
                byte[] damaged = frame.ToArray();
                damaged[bit / 8] ^= (byte)(1 << (bit % 8));
                Assert.False(PeerCodec.TryReadFrame(damaged, out _, out string? problem));
                Assert.NotEmpty(problem);
            }
        }
    }

    [Fact]
    public void Garbage_with_a_right_checksum_is_refused_or_read_and_never_throws()
    {
        Random random = new(5);
        RandomMessages messages = new(random);
        int refused = 0, read = 0;
        for (int i = 0; i < 20_000; i++)
        {
            ReadOnlyMemory<byte> frame = random.Next(2) == 0
                ? Messages.Frame(messages.Header(), messages.Request(), messages.Request())
                : Messages.Frame(messages.Header(), messages.Reply(), messages.Reply());
            byte[] damaged = frame.ToArray();
            for (int bytes = random.Next(1, 4); bytes > 0; bytes--)
            {
                damaged[random.Next(PeerCodec.HeaderLength, damaged.Length)] = (byte)random.Next(256);
            }

            PeerCodec.WriteHeader(damaged, (PeerFrameKind)random.Next(0, 4), random.Next(0, 4), messages.Header());
            bool isRead = PeerCodec.TryReadFrame(damaged, out _, out string? problem);
            Assert.Equal(isRead, problem is null);
            refused += isRead ? 0 : 1;
            read += isRead ? 1 : 0;
        }

        Assert.True(refused > 1000 && read > 100, $"refused {refused}, read {read}");
    }

    [Fact]
    public void A_problem_names_what_is_wrong()
    {
        ReadOnlyMemory<byte> frame = Messages.Frame(Messages.HeaderOf("a", "b"), Messages.Read(1));
        byte[] newer = frame.ToArray();
        newer[0] = 9;
        byte[] damaged = frame.ToArray();
        damaged[^1] ^= 1;
        byte[] otherKind = frame.ToArray();
        PeerCodec.WriteHeader(otherKind, (PeerFrameKind)3, 1, Messages.HeaderOf("a", "b"));
        byte[] fewer = frame.ToArray();
        PeerCodec.WriteHeader(fewer, PeerFrameKind.Requests, 0, Messages.HeaderOf("a", "b"));
        byte[] more = frame.ToArray();
        PeerCodec.WriteHeader(more, PeerFrameKind.Requests, 2, Messages.HeaderOf("a", "b"));
        byte[] asReplies = frame.ToArray();
        PeerCodec.WriteHeader(asReplies, PeerFrameKind.Replies, 1, Messages.HeaderOf("a", "b"));

        Assert.Equal(
            [
                "a frame has at least 132 bytes, this one 3",
                "its format is version 9, this member speaks 5",
                "its checksum is wrong",
                "its kind 3 is unknown",
                "it goes on after its last message",
                "its request 2 of 2 is malformed",
                "its reply 1 of 1 is malformed",
            ],
            new[] { new byte[3], newer, damaged, otherKind, fewer, more, asReplies }.Select(ProblemOf));
    }

    [Fact]
    public void A_large_value_shares_the_frame_and_a_small_one_does_not_hold_it()
    {
        ReadOnlyMemory<byte> bytes = Messages.Frame(Messages.HeaderOf("a", "b"), Messages.Accept(1, 10), Messages.Accept(2, 10_000));
        PeerFrame frame = Read(bytes);
        Assert.Equal([false, true], frame.Requests.Select(request => request.Record.State!.Value.Span.Overlaps(bytes.Span)));
    }

    [Fact]
    public void The_longest_value_that_can_be_configured_fits_a_message_with_the_longest_key_and_vector()
    {
        Ballot[] vector = [.. Enumerable.Range(0, AppliedVector.EntriesMax).Select(i => Messages.Ballot(1) with { Ordinal = (ushort)i })];
        RegisterRecord record = new(Messages.Ballot(1), new RegisterState
        {
            Kind = RegisterKind.Value,
            Value = new byte[16 << 20],
            Vector = AppliedVector.Of(vector),
        });
        PeerRequest request = Messages.Accept(1, 0) with { Key = new(new byte[KvStore.Node.Ring.Key.LengthMax]), Record = record };
        Assert.InRange(PeerRequestCodec.LengthOf(request), 16 << 20, PeerCodec.MessageLengthMax);
    }

    [Fact]
    public void A_trace_that_is_not_sampled_does_not_travel()
    {
        PeerRequest request = Messages.Read(1) with
        {
            Trace = new(
                System.Diagnostics.ActivityTraceId.CreateRandom(),
                System.Diagnostics.ActivitySpanId.CreateRandom(),
                System.Diagnostics.ActivityTraceFlags.None),
        };
        Assert.Equal(default, Read(Messages.Frame(Messages.HeaderOf("a", "b"), request)).Requests[0].Trace);
    }

    [Fact]
    public void The_format_of_version_5_stays_as_it_is()
    {
        PeerFrameHeader header = new(
            new(Guid.Parse("00112233-4455-6677-8899-aabbccddeeff")),
            new(Guid.Parse("11111111-1111-1111-1111-111111111111")),
            new(Guid.Parse("22222222-2222-2222-2222-222222222222")),
            new Epoch(3),
            TopologyDigest: 4,
            new ShownMark(BootCount: 5, BootNonce: 6, OpenedLsn: 7, DurableLsn: 8),
            VoteState.Voting,
            new RememberedMark(BootCount: 9, BootNonce: 10, Lsn: 11),
            new PeerLoad(BusyCode: 1, WaitCode: 2, DiskCode: 3),
            WaitedMilliseconds: 12);
        Assert.Equal(
            "0501010000B004F800112233445566778899AABBCCDDEEFF1111111111111111111111111111111122222222222222222222222222222222030000000400000000000000050000000000000006000000"
            + "00000000070000000000000008000000000000000201020309000000000000000A000000000000000B000000000000000C000000170000000300010000000000000001000000E803000003006B6579",
            Convert.ToHexString(Messages.Frame(header, Messages.Read(1)).Span));
    }

    [Fact]
    public void A_ballot_from_the_far_future_is_read_and_one_that_cannot_be_is_malformed()
    {
        PeerRequest request = Messages.Accept(1, 10);
        Ballot last = Messages.Ballot(HybridClock.CounterMax);
        Assert.Equal(last, Read(Messages.Frame(Messages.HeaderOf("a", "b"), request with { Ballot = last })).Requests[0].Ballot);

        PeerRequest beyond = request with { Ballot = Messages.Ballot(HybridClock.CounterMax + 1) };
        Assert.Equal("its request 1 of 1 is malformed", ProblemOf(Messages.Frame(Messages.HeaderOf("a", "b"), beyond).ToArray()));
    }

    [Fact]
    public void A_record_that_names_a_ballot_no_clock_can_give_is_malformed()
    {
        Ballot never = Messages.Ballot(HybridClock.CounterMax + 1);
        RegisterRecord record = Messages.Value(3);
        RegisterState state = record.State!;
        RegisterRecord[] wrong =
        [
            record with { Ballot = never },
            record with { State = new() { Kind = state.Kind, Version = new StateVersion(never, 1) } },
            record with { State = new() { Kind = state.Kind, Pruned = never } },
            record with { State = new() { Kind = state.Kind, Vector = AppliedVector.Of([Messages.Ballot(1), never with { Ordinal = 2 }]) } },
        ];
        PeerRequest request = Messages.Accept(1, 3);
        Assert.All(wrong, other => Assert.Equal(
            "its request 1 of 1 is malformed", ProblemOf(Messages.Frame(Messages.HeaderOf("a", "b"), request with { Record = other }).ToArray())));
    }

    [Fact]
    public void The_ballot_to_be_promised_with_an_accept_is_above_it_and_of_the_same_coordinator_and_epoch()
    {
        PeerRequest request = Messages.Accept(1, 10) with { Ballot = Messages.Ballot(50) };
        Ballot next = Messages.Ballot(51);
        Assert.Equal(next, Read(Messages.Frame(Messages.HeaderOf("a", "b"), request with { Next = next })).Requests[0].Next);
        Assert.All(
            [Messages.Ballot(50), Messages.Ballot(49), next with { Ordinal = (ushort)(next.Ordinal + 1) }, next with { Epoch = new Epoch(99) }],
            wrong => Assert.NotNull(ProblemOf(Messages.Frame(Messages.HeaderOf("a", "b"), request with { Next = wrong }).ToArray())));
    }

    private static PeerFrame Read(ReadOnlyMemory<byte> bytes)
    {
        Assert.True(PeerCodec.TryReadFrame(bytes, out PeerFrame? frame, out string? problem), problem);
        return frame;
    }

    private static string? ProblemOf(byte[] bytes)
    {
        PeerCodec.TryReadFrame(bytes, out _, out string? problem);
        return problem;
    }
}
