using KvStore.Node.Registers;
using KvStore.Node.Ring;
using KvStore.Node.Topology;
using KvStore.Tests.Coordination;

namespace KvStore.Tests.Topology;

public sealed class EpochPaxosTests
{
    private static readonly TimeSpan Now = TimeSpan.Zero;
    private static readonly TopologyDocument First = Owners.Document(3, 3);

    [Fact]
    public void A_majority_decides_and_everyone_is_told()
    {
        Voter a = new(1), b = new(2), c = new(3);
        TopologyDocument wanted = With("x", a);
        ElectionMessage[] decided = Elect(a, wanted, 100, [a, b]);
        Assert.Equal([b.Id, c.Id, Owners.Member(9).Id], decided.Select(message => message.To));
        Assert.Equal([wanted.Epoch], a.Decided.Select(document => document.Epoch));
        Assert.Equal(ElectionOutcome.Decided, a.Outcome);

        b.Take(decided[0]);
        b.Take(decided[0]);
        Assert.Single(b.Decided);
        Assert.Equal(TopologyCodec.Encode(wanted), TopologyCodec.Encode(b.Paxos.InForce));
    }

    [Fact]
    public void Less_than_a_majority_decides_nothing_and_the_proposal_ends_unknown()
    {
        Voter a = new(1);
        a.Propose(With("x", a), 100);
        for (int second = 0; second < 60 && a.Outcome is null; second++)
        {
            a.Tick(TimeSpan.FromSeconds(second));
            foreach (ElectionMessage message in a.TakeSent().Where(message => message.To == a.Id))
            {
                a.Take(message);
            }
        }

        Assert.Equal(ElectionOutcome.Unknown, a.Outcome);
        Assert.Empty(a.Decided);
    }

    [Fact]
    public void What_may_have_been_decided_is_taken_over_by_the_next_proposer()
    {
        Voter a = new(1), b = new(2), c = new(3);
        TopologyDocument wanted = With("x", a);

        // a and b accepted it, and nobody knows: a's answers were lost.
        a.Propose(wanted, 100);
        Exchange(a, [a, b]);
        foreach (ElectionMessage accept in a.TakeSent().Where(message => message.To == a.Id || message.To == b.Id))
        {
            (accept.To == a.Id ? a : b).Take(accept);
        }

        Elect(c, With("y", c), 200, [b, c]);
        Assert.Equal(TopologyCodec.Encode(wanted), TopologyCodec.Encode(c.Decided.Single()));
        Assert.Equal(ElectionOutcome.Superseded, c.Outcome);
    }

    /// <summary>Too rare for chance: a voter restarts between its promise to one and the accept of another that it must refuse.</summary>
    [Theory]
    [InlineData(ElectionPlant.None, 1)]
    [InlineData(ElectionPlant.PromiseNotDurable, 2)]
    internal void A_promise_outlives_a_restart(ElectionPlant plant, int documents)
    {
        Voter a = new(1), b = new(2, plant), c = new(3);
        a.Propose(With("x", a), 100);
        Exchange(a, [a, b]);
        ElectionMessage[] acceptsOfA = a.TakeSent();

        c.Propose(With("y", c), 200);
        Exchange(c, [b, c]);
        ElectionMessage[] acceptsOfC = c.TakeSent();

        b.Restart();
        Deliver(acceptsOfA, a, [a, b]);
        Deliver(acceptsOfC, c, [b, c]);
        Assert.Equal(documents, a.Decided.Concat(c.Decided).Select(document => document.Digest()).Distinct().Count());
    }

    [Fact]
    public void Who_is_not_in_the_current_set_neither_votes_nor_counts()
    {
        TopologyDocument joint = Succession.Begin(new TopologyChain([First]), [Owners.Member(4)], []);
        Voter a = new(1), joiner = new(4);
        a.Learn(joint);
        joiner.Learn(joint);
        a.TakeSent();
        TopologyDocument next = Succession.Complete(joint);
        a.Propose(next, 100);
        Assert.DoesNotContain(joiner.Id, a.TakeSent().Select(message => message.To));

        Ballot ballot = new(joint.Epoch, 1 << 30, 1);
        joiner.Take(new ElectionMessage(ElectionMessageKind.Prepare, a.Id, joiner.Id, next.Epoch, ballot, Ballot.Zero, []));
        Assert.Empty(joiner.TakeSent());
        Assert.NotNull(joiner.Propose(next, 100));
    }

    [Fact]
    public void Who_is_behind_asks_for_what_is_missing_and_who_asks_behind_is_given_it()
    {
        Voter a = new(1), b = new(2);
        TopologyDocument second = With("x", a), third = Succession.Complete(second);
        a.Learn(second);
        a.Learn(third);

        b.Learn(third);
        ElectionMessage fetch = Assert.Single(b.TakeSent());
        Assert.Equal((ElectionMessageKind.Fetch, First.Epoch), (fetch.Kind, fetch.Epoch));
        Assert.Empty(b.Decided);

        a.Take(fetch with { To = a.Id });
        ElectionMessage documents = Assert.Single(a.TakeSent());
        b.Take(documents);
        Assert.Equal([second.Epoch, third.Epoch], b.Decided.Select(document => document.Epoch));
        Assert.Equal(ElectionMessageKind.Documents, Refused(a, b).Kind);
    }

    [Fact]
    public void Another_document_of_a_decided_epoch_is_refused_by_name()
    {
        Voter a = new(1);
        a.Learn(With("x", a));
        a.Learn(With("y", a));
        Assert.Contains("has another document for epoch 2", a.Refusal, StringComparison.Ordinal);
        Assert.Single(a.Decided);
    }

    [Fact]
    public void A_restarted_member_issues_only_above_its_bound()
    {
        Voter a = new(1);
        a.Propose(With("x", a), 1_000_000);
        Ballot before = a.Bound;
        a.Restart();
        a.Propose(With("y", a), 0);
        Assert.True(a.Bound > before, $"{a.Bound} is not above {before}");
    }

    /// <summary>A vote asked of one that is ahead is answered with the documents.</summary>
    private static ElectionMessage Refused(Voter ahead, Voter asker)
    {
        Ballot ballot = new(First.Epoch, 5, 2);
        ahead.Take(new ElectionMessage(ElectionMessageKind.Prepare, asker.Id, ahead.Id, new Epoch(2), ballot, Ballot.Zero, []));
        return Assert.Single(ahead.TakeSent());
    }

    /// <summary>The proposer's messages to these voters arrive, and their answers.</summary>
    private static void Exchange(Voter proposer, Voter[] voters) => Deliver(proposer.TakeSent(), proposer, voters);

    private static void Deliver(ElectionMessage[] messages, Voter proposer, Voter[] voters)
    {
        foreach (ElectionMessage message in messages)
        {
            if (voters.FirstOrDefault(voter => voter.Id == message.To) is { } voter)
            {
                ElectionMessage[] held = voter == proposer ? proposer.TakeSent() : [];
                voter.Take(message);
                foreach (ElectionMessage answer in voter.TakeSent())
                {
                    if (answer.To == proposer.Id)
                    {
                        proposer.Take(answer);
                    }
                }

                proposer.PutBack(held);
            }
        }
    }

    /// <returns>What the proposer sent when its document was decided.</returns>
    private static ElectionMessage[] Elect(Voter proposer, TopologyDocument document, long wall, Voter[] voters)
    {
        Assert.Null(proposer.Propose(document, wall));
        Exchange(proposer, voters);
        Exchange(proposer, voters);
        return proposer.TakeSent();
    }

    /// <summary>A change that bears the proposer's mark.</summary>
    private static TopologyDocument With(string mark, Voter proposer)
    {
        TopologyMember member = Owners.Member(9) with { Name = $"{mark}{proposer.Id.Value.ToByteArray()[0]}" };
        return Succession.Begin(new TopologyChain([First]), [member], []);
    }

    /// <summary>One voter with a disk that keeps what it is told to.</summary>
    private sealed class Voter(int number, ElectionPlant plant = ElectionPlant.None)
    {
        private EpochVote _vote;
        private List<ElectionMessage> _sent = [];

        public MemberId Id { get; } = Owners.Member(number).Id;

        public EpochPaxos Paxos { get; private set; } =
            new(Owners.Member(number).Id, new TopologyChain([First]), default, Ballot.Zero, new Random(number), plant);

        public Ballot Bound { get; private set; }

        public List<TopologyDocument> Decided { get; } = [];

        public ElectionOutcome? Outcome { get; private set; }

        public string? Refusal { get; private set; }

        public string? Propose(TopologyDocument document, long wall)
        {
            string? problem = null;
            Step(output => problem = Paxos.Propose(document, wall, Now, output));
            return problem;
        }

        public void Take(ElectionMessage message) => Step(output => Paxos.Receive(message, Now, output));

        public void Tick(TimeSpan now) => Step(output => Paxos.Tick(0, now, output));

        public void Learn(TopologyDocument document) => Take(new ElectionMessage(
            ElectionMessageKind.Documents, Owners.Member(8).Id, Id, document.Epoch, Ballot.Zero, Ballot.Zero, [document]));

        public void Restart() => Paxos = new EpochPaxos(Id, new TopologyChain([First, .. Decided]), _vote, Bound, new Random(number), plant);

        public ElectionMessage[] TakeSent()
        {
            ElectionMessage[] sent = [.. _sent];
            _sent.Clear();
            return sent;
        }

        public void PutBack(ElectionMessage[] held) => _sent = [.. held, .. _sent];

        private void Step(Action<ElectionOutput> step)
        {
            ElectionOutput output = new();
            step(output);
            _vote = output.Vote ?? _vote;
            Bound = output.Bound ?? Bound;
            Decided.AddRange(output.Decided);
            _sent.AddRange(output.Messages);
            Outcome ??= output.Outcome;
            Refusal ??= output.Refusal;
        }
    }
}
