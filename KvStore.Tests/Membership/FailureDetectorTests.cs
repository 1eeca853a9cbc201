using KvStore.Node.Membership;
using KvStore.Node.Ring;

namespace KvStore.Tests.Membership;

public sealed class FailureDetectorTests
{
    private static readonly DetectorSettings Settings = new();
    private static readonly MemberId Self = Member(0);

    private readonly FailureDetector _detector = new(Self, LivenessClaim.IncarnationOfBoot(1), Settings, new Random(1), TimeSpan.Zero);
    private readonly List<LivenessChange> _changes = [];
    private TimeSpan _now;

    [Fact]
    public void Each_interval_one_member_is_probed()
    {
        _detector.SetMembers([Self, Member(1), Member(2)]);
        List<GossipMessage> pings = Run(TimeSpan.FromSeconds(10), AnswerAll).FindAll(message => message.Kind == GossipMessageKind.Ping);
        Assert.InRange(pings.Count, 19, 20);
        Assert.InRange(pings.Count(ping => ping.To == Member(1)), 9, 10);
        Assert.Equal([Liveness.Alive, Liveness.Alive], _detector.Sights.Select(sight => sight.Liveness));
        Assert.Empty(_changes);
    }

    [Fact]
    public void Who_does_not_answer_is_asked_for_through_others_then_suspected_then_dead()
    {
        _detector.SetMembers([Self, Member(1), Member(2), Member(3)]);
        List<GossipMessage> sent = Run(TimeSpan.FromSeconds(12), message => message.To == Member(1) ? [] : AnswerAll(message));
        Assert.Contains(sent, message => message is { Kind: GossipMessageKind.PingRequest } && message.To == Member(2) && message.Target == Member(1));
        Assert.Contains(sent, message => message is { Kind: GossipMessageKind.PingRequest } && message.To == Member(3) && message.Target == Member(1));
        Assert.Equal(
            [(Liveness.Suspect, Self), (Liveness.Dead, Self)],
            _changes.Where(change => change.Member == Member(1)).Select(change => (change.After, change.By)));
        Assert.DoesNotContain(_changes, change => change.Member != Member(1));
        Assert.Equal(0, _detector.HealthScore);
    }

    [Fact]
    public void An_answer_through_a_relay_is_an_answer()
    {
        _detector.SetMembers([Self, Member(1), Member(2)]);
        Run(TimeSpan.FromSeconds(20), message => (message.To == Member(1), message.Kind) switch
        {
            (true, _) => [],
            (_, GossipMessageKind.PingRequest) => [Message(GossipMessageKind.Ack, message.To, message.Sequence, message.Target)],
            _ => AnswerAll(message),
        });
        Assert.Empty(_changes);
    }

    [Fact]
    public void Relays_that_say_nothing_speak_against_the_asker_and_lengthen_its_times()
    {
        _detector.SetMembers([Self, Member(1), Member(2), Member(3)]);
        Run(TimeSpan.FromSeconds(4), static _ => []);
        Assert.True(_detector.HealthScore >= 2, $"{_detector.HealthScore}");
        Run(Settings.SuspicionMost(4), static _ => []);
        Assert.DoesNotContain(_changes, change => change.After == Liveness.Dead);
    }

    [Fact]
    public void A_suspicion_of_itself_is_refuted_with_a_higher_incarnation()
    {
        _detector.SetMembers([Self, Member(1)]);
        long before = _detector.Incarnation;
        Take(Message(GossipMessageKind.Gossip, Member(1), 0, Self, new LivenessClaim(Self, Liveness.Suspect, before, Member(1))));
        Assert.Equal(before + 1, _detector.Incarnation);
        Assert.Equal([new LivenessChange(Self, Liveness.Suspect, Liveness.Alive, before + 1, Member(1))], _changes);
        List<GossipMessage> sent = Run(TimeSpan.FromSeconds(1), static _ => []);
        Assert.Contains(new LivenessClaim(Self, Liveness.Alive, before + 1, Self), sent.SelectMany(message => message.Claims));

        // What was refuted is refuted.
        Take(Message(GossipMessageKind.Gossip, Member(1), 0, Self, new LivenessClaim(Self, Liveness.Dead, before, Member(1))));
        Assert.Equal(before + 1, _detector.Incarnation);
    }

    [Fact]
    public void A_suspect_hears_it_from_everyone_that_talks_to_it_and_an_asker_how_one_is()
    {
        _detector.SetMembers([Self, Member(1), Member(2)]);
        LivenessClaim doubt = new(Member(1), Liveness.Suspect, 0, Member(2));
        Take(Message(GossipMessageKind.Gossip, Member(2), 0, Self, doubt));
        for (int ping = 0; ping < 50; ping++)
        {
            GossipMessage ack = Assert.Single(Take(Message(GossipMessageKind.Ping, Member(1), (uint)ping, Self)));
            Assert.Equal((GossipMessageKind.Ack, Member(1), (uint)ping), (ack.Kind, ack.To, ack.Sequence));
            Assert.Contains(doubt, ack.Claims);
            Assert.Contains(new LivenessClaim(Self, Liveness.Alive, _detector.Incarnation, Self), ack.Claims);
        }
    }

    [Fact]
    public void A_relay_passes_the_answer_on_or_says_that_there_was_none()
    {
        _detector.SetMembers([Self, Member(1), Member(2)]);
        GossipMessage ping = Assert.Single(Take(Message(GossipMessageKind.PingRequest, Member(1), 9, Member(2))));
        Assert.Equal((GossipMessageKind.Ping, Member(2)), (ping.Kind, ping.To));
        GossipMessage ack = Assert.Single(Take(Message(GossipMessageKind.Ack, Member(2), ping.Sequence, Member(2))));
        Assert.Equal((GossipMessageKind.Ack, Member(1), 9u, Member(2)), (ack.Kind, ack.To, ack.Sequence, ack.Target));

        Take(Message(GossipMessageKind.PingRequest, Member(1), 10, Member(2)));
        List<GossipMessage> sent = Run(Settings.ProbeInterval, static _ => []);
        GossipMessage nack = Assert.Single(sent, message => message.Kind == GossipMessageKind.Nack);
        Assert.Equal((Member(1), 10u, Member(2)), (nack.To, nack.Sequence, nack.Target));
    }

    [Fact]
    public void An_exchange_is_answered_with_all_that_is_believed()
    {
        _detector.SetMembers([Self, Member(1), Member(2)]);
        GossipMessage reply = Assert.Single(Take(Message(GossipMessageKind.Exchange, Member(1), 0, Self)));
        Assert.Equal(GossipMessageKind.ExchangeReply, reply.Kind);
        Assert.Equal([Self, Member(1), Member(2)], reply.Claims.Select(claim => claim.Member).OrderBy(id => Array.IndexOf([Self, Member(1), Member(2)], id)));
    }

    [Fact]
    public void Strangers_and_members_that_have_gone_count_for_nothing()
    {
        _detector.SetMembers([Self, Member(1), Member(2)]);
        _detector.SetMembers([Self, Member(1)]);
        Take(Message(GossipMessageKind.Gossip, Member(1), 0, Self, new LivenessClaim(Member(2), Liveness.Dead, 9, Member(1))));
        Assert.Equal([Member(1)], _detector.Sights.Select(sight => sight.Member));
        Assert.Empty(_changes);
    }

    [Theory]
    [InlineData(DetectorPlant.None, Liveness.Suspect)]
    [InlineData(DetectorPlant.PauseCounts, Liveness.Dead)]
    internal void Time_in_which_it_did_not_run_counts_against_nobody(DetectorPlant plant, Liveness after)
    {
        FailureDetector detector = new(Self, LivenessClaim.IncarnationOfBoot(1), Settings, new Random(1), TimeSpan.Zero, plant);
        detector.SetMembers([Self, Member(1), Member(2), Member(3)]);
        LivenessClaim doubt = new(Member(1), Liveness.Suspect, 0, Member(2));
        detector.Receive(Message(GossipMessageKind.Gossip, Member(2), 0, Self, doubt), TimeSpan.FromMilliseconds(100), new DetectorOutput());
        detector.Tick(TimeSpan.FromHours(1), new DetectorOutput());
        Assert.Equal(after, detector.Sights.Single(sight => sight.Member == Member(1)).Liveness);
    }

    private List<GossipMessage> Run(TimeSpan time, Func<GossipMessage, IEnumerable<GossipMessage>> answers)
    {
        List<GossipMessage> sent = [];
        for (TimeSpan until = _now + time; _now < until; _now += Settings.TickInterval)
        {
            Queue<GossipMessage> waiting = new(Tick());
            while (waiting.TryDequeue(out GossipMessage? message))
            {
                sent.Add(message);
                foreach (GossipMessage answer in answers(message))
                {
                    Take(answer).ForEach(waiting.Enqueue);
                }
            }
        }

        return sent;
    }

    private List<GossipMessage> Tick() => Step(output => _detector.Tick(_now, output));

    private List<GossipMessage> Take(GossipMessage message) => Step(output => _detector.Receive(message, _now, output));

    private List<GossipMessage> Step(Action<DetectorOutput> step)
    {
        DetectorOutput output = new();
        step(output);
        _changes.AddRange(output.Changes);
        return output.Messages;
    }

    /// <summary>A member that is well but, as a relay, reaches nobody.</summary>
    private static GossipMessage[] AnswerAll(GossipMessage message) => message.Kind switch
    {
        GossipMessageKind.Ping => [Message(GossipMessageKind.Ack, message.To, message.Sequence, message.To)],
        GossipMessageKind.PingRequest => [Message(GossipMessageKind.Nack, message.To, message.Sequence, message.Target)],
        _ => [],
    };

    private static GossipMessage Message(GossipMessageKind kind, MemberId from, uint sequence, MemberId target, params LivenessClaim[] claims) =>
        new(kind, from, Self, sequence, target, claims);

    private static MemberId Member(int number) => MemberId.FromName(ClusterId.FromName("test"), $"{number}");
}
