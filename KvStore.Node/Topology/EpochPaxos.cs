using KvStore.Node.Registers;
using KvStore.Node.Ring;

namespace KvStore.Node.Topology;

/// <summary>
/// Decides the document of the next epoch: one single-decree Paxos (Lamport 1998, 2001) an epoch, whose voters are the
/// current members of the epoch before. Pure: it is told the time and what arrives, and says what to write and to send.
/// </summary>
/// <remarks>
/// <para>Who calls: one loop, which ticks it, makes durable what it says and only then sends. A member is proposer and voter;
/// its messages to itself take the same way as all others.</para>
/// <para>What holds: one document an epoch, whatever is lost, late, doubled, and whoever restarts. Only a majority of the
/// voters decides; a voter promises and accepts only in the election that follows its own epoch; documents come into force
/// in order, none skipped. A ballot is never issued twice: it is above the member's Bound and above all that it voted, both
/// durable before the ballot leaves.</para>
/// <para>Failure: without a majority nothing is decided, and the proposal ends <see cref="ElectionOutcome.Unknown"/> after
/// <see cref="AttemptsMax"/> rounds.</para>
/// </remarks>
internal sealed class EpochPaxos
{
    /// <summary>Rounds that one proposal gets.</summary>
    public const int AttemptsMax = 12;

    /// <summary>How long one phase waits for a majority: many round trips and commits.</summary>
    public static readonly TimeSpan PhaseMax = TimeSpan.FromSeconds(1);

    /// <summary>The pause after a lost duel is drawn up to this, doubled with each attempt up to <see cref="PauseMost"/>.</summary>
    public static readonly TimeSpan PauseFirst = TimeSpan.FromMilliseconds(50);

    public static readonly TimeSpan PauseMost = TimeSpan.FromSeconds(2);

    private readonly MemberId _self;
    private readonly TopologyChain _chain;
    private readonly HybridClock _clock;
    private readonly Random _random;
    private readonly ElectionPlant _plant;
    private EpochVote _vote;
    private ElectionRound? _round;

    /// <param name="chain">This election's alone from here on.</param>
    /// <param name="vote">Found on disk for the epoch after the chain's last; default if none.</param>
    /// <param name="bound">The member's, found on disk.</param>
    public EpochPaxos(MemberId self, TopologyChain chain, EpochVote vote, Ballot bound, Random random, ElectionPlant plant = ElectionPlant.None)
    {
        _self = self;
        _chain = chain;
        _vote = vote;
        _clock = new HybridClock(Math.Max(bound.Counter, vote.Promised.Counter));
        _random = random;
        _plant = plant;
    }

    public TopologyDocument InForce => _chain.Last;

    /// <summary>For whoever makes the next document.</summary>
    public TopologyChain Chain => _chain;

    public bool IsProposing => _round is not null;

    private Epoch Elected => new(InForce.Epoch.Number + 1);

    private IEnumerable<MemberId> Voters => _plant switch
    {
        ElectionPlant.NonMemberVotes => InForce.Members.Select(member => member.Id),
        ElectionPlant.EvictedVotes => _chain.After(Epoch.None).SelectMany(document => document.Current).Distinct(),
        _ => InForce.Current,
    };

    private int Needed => _plant == ElectionPlant.WithoutMajority ? Math.Max(1, InForce.Current.Count / 2) : (InForce.Current.Count / 2) + 1;

    /// <summary>Begins to have a document decided for the next epoch.</summary>
    /// <returns>Why not, for people; null if it has begun.</returns>
    public string? Propose(TopologyDocument document, long wallMilliseconds, TimeSpan now, ElectionOutput output)
    {
        if (_round is not null)
        {
            return "another change is being proposed here";
        }

        if (!InForce.Current.Contains(_self))
        {
            return "this member has no vote in it";
        }

        if (Succession.ProblemFor(InForce, document) is { } problem)
        {
            return problem;
        }

        _round = new ElectionRound(document);
        BeginRound(wallMilliseconds, now, output);
        return null;
    }

    public void Tick(long wallMilliseconds, TimeSpan now, ElectionOutput output)
    {
        if (_round is not { } round || now < round.Due)
        {
            return;
        }

        if (!round.Ballot.IsZero)
        {
            Retry(round, now);
        }
        else if (round.Attempts < AttemptsMax)
        {
            BeginRound(wallMilliseconds, now, output);
        }
        else
        {
            _round = null;
            output.Outcome = ElectionOutcome.Unknown;
        }
    }

    /// <summary>A peer shows that it is in this epoch.</summary>
    public void HearEpoch(MemberId from, Epoch epoch, ElectionOutput output)
    {
        if (epoch > InForce.Epoch)
        {
            Fetch(from, output);
        }
    }

    /// <summary>A peer shows that it is behind: it is given what it lacks without asking.</summary>
    public void Offer(MemberId to, Epoch after, ElectionOutput output) => SendDocuments(to, after, output);

    public void Receive(ElectionMessage message, TimeSpan now, ElectionOutput output)
    {
        if (message.To != _self)
        {
            return;
        }

        _clock.Observe(message.Ballot.Counter);
        switch (message.Kind)
        {
            case ElectionMessageKind.Documents:
                Learn(message, output);
                break;
            case ElectionMessageKind.Fetch:
                SendDocuments(message.From, message.Epoch, output);
                break;
            case var _ when message.Epoch < Elected:
                if (message.Kind is ElectionMessageKind.Prepare or ElectionMessageKind.Accept)
                {
                    SendDocuments(message.From, new Epoch(message.Epoch.Number - 1), output);
                }

                break;
            case var _ when message.Epoch > Elected:
                Fetch(message.From, output);
                break;
            case ElectionMessageKind.Prepare:
                OnPrepare(message, output);
                break;
            case ElectionMessageKind.Accept:
                OnAccept(message, output);
                break;
            default:
                OnAnswer(message, now, output);
                break;
        }
    }

    private void OnPrepare(ElectionMessage prepare, ElectionOutput output)
    {
        if (!MayVote(prepare.From))
        {
            return;
        }

        if (prepare.Ballot <= _vote.Promised)
        {
            Answer(prepare, ElectionMessageKind.Reject, _vote.Promised, output);
            return;
        }

        _vote = _vote with { Promised = prepare.Ballot };
        if (_plant != ElectionPlant.PromiseNotDurable)
        {
            Keep(output);
        }

        IReadOnlyList<TopologyDocument> accepted = _vote.Accepted.IsZero ? [] : [Decoded(_vote.Document)];
        output.Messages.Add(new ElectionMessage(
            ElectionMessageKind.Promise, _self, prepare.From, prepare.Epoch, prepare.Ballot, _vote.Accepted, accepted));
    }

    private void OnAccept(ElectionMessage accept, ElectionOutput output)
    {
        if (!MayVote(accept.From) || accept.Documents is not [var document] || Succession.ProblemFor(InForce, document) is not null)
        {
            return;
        }

        if (accept.Ballot < _vote.Promised)
        {
            Answer(accept, ElectionMessageKind.Reject, _vote.Promised, output);
            return;
        }

        if (_vote.Accepted != accept.Ballot)
        {
            _vote = new EpochVote(accept.Ballot, accept.Ballot, TopologyCodec.Encode(document));
            Keep(output);
        }

        Answer(accept, ElectionMessageKind.Accepted, accept.Ballot, output);
    }

    private void OnAnswer(ElectionMessage answer, TimeSpan now, ElectionOutput output)
    {
        if (_round is not { } round || round.Ballot.IsZero || !Voters.Contains(answer.From))
        {
            return;
        }

        if (answer.Kind == ElectionMessageKind.Reject)
        {
            // A reject that names the round's own ballot answers a doubled message.
            if (answer.Ballot > round.Ballot)
            {
                Retry(round, now);
            }

            return;
        }

        bool isOfPhase = answer.Kind == (round.IsAccepting ? ElectionMessageKind.Accepted : ElectionMessageKind.Promise);
        if (answer.Ballot != round.Ballot || !isOfPhase)
        {
            return;
        }

        if (answer.Documents is [var reported] && answer.Accepted > round.HighestAccepted && _plant != ElectionPlant.AcceptedIgnored)
        {
            (round.HighestAccepted, round.Reported) = (answer.Accepted, reported);
        }

        if (round.Answer(answer.From, _plant == ElectionPlant.CountedTwice) < Needed)
        {
            return;
        }

        if (round.IsAccepting)
        {
            Decide(round.Document, output);
        }
        else
        {
            round.Accept(now + PhaseMax);
            Ask(ElectionMessageKind.Accept, round.Ballot, [round.Document], output);
        }
    }

    /// <summary>Voters in it, and nobody else, vote and have votes counted; a proposer is one of them.</summary>
    private bool MayVote(MemberId proposer) => Voters.Contains(_self) && Voters.Contains(proposer);

    private void BeginRound(long wallMilliseconds, TimeSpan now, ElectionOutput output)
    {
        _clock.Observe(_vote.Promised.Counter);
        Ballot ballot = new(InForce.Epoch, _clock.Next(wallMilliseconds), InForce.Find(_self)!.Ordinal);
        _round!.Begin(ballot, now + PhaseMax);
        output.Bound = ballot;
        Ask(ElectionMessageKind.Prepare, ballot, [], output);
    }

    private void Retry(ElectionRound round, TimeSpan now)
    {
        double pause = Math.Min(PauseFirst.TotalMilliseconds * (1 << Math.Min(round.Attempts, 10)), PauseMost.TotalMilliseconds);
        round.Wait(now + TimeSpan.FromMilliseconds(pause * _random.NextDouble()));
    }

    private void Decide(TopologyDocument document, ElectionOutput output)
    {
        TopologyDocument before = InForce;
        PutInForce(document, output);
        foreach (MemberId member in before.Members.Concat(document.Members).Select(member => member.Id).Distinct().Where(id => id != _self))
        {
            output.Messages.Add(Message(ElectionMessageKind.Documents, member, document.Epoch, [document]));
        }
    }

    private void Learn(ElectionMessage message, ElectionOutput output)
    {
        foreach (TopologyDocument document in message.Documents)
        {
            if (document.Epoch <= InForce.Epoch)
            {
                if (_chain.Find(document.Epoch) is { } held && held.Digest() != document.Digest())
                {
                    output.Refusal = $"member {message.From} has another document for epoch {document.Epoch}";
                    return;
                }

                continue;
            }

            if (_plant == ElectionPlant.EpochSkipped && document.Epoch > Elected)
            {
                // What is missing is made up, so that the chain's own check does not tell.
                while (document.Epoch > Elected)
                {
                    PutInForce(InForce with { Epoch = Elected }, output);
                }
            }

            if (document.Epoch > Elected)
            {
                Fetch(message.From, output);
                return;
            }

            if (Succession.ProblemFor(InForce, document) is { } problem)
            {
                output.Refusal = $"member {message.From} has a document for epoch {document.Epoch} that cannot follow: {problem}";
                return;
            }

            PutInForce(document, output);
        }
    }

    private void PutInForce(TopologyDocument document, ElectionOutput output)
    {
        _chain.Append(document);
        _vote = default;
        output.Vote = null;
        output.Decided.Add(document);
        if (_round is { } round)
        {
            output.Outcome = round.Wanted.Epoch == document.Epoch && TopologyCodec.Encode(round.Wanted).AsSpan().SequenceEqual(TopologyCodec.Encode(document))
                ? ElectionOutcome.Decided
                : ElectionOutcome.Superseded;
            _round = null;
        }
    }

    private void Keep(ElectionOutput output)
    {
        if (_plant != ElectionPlant.VoteNotDurable)
        {
            (output.Vote, output.VoteEpoch) = (_vote, Elected);
        }
    }

    private void SendDocuments(MemberId to, Epoch after, ElectionOutput output)
    {
        if (_chain.After(after) is { Count: > 0 } documents)
        {
            output.Messages.Add(Message(ElectionMessageKind.Documents, to, InForce.Epoch, documents));
        }
    }

    private void Fetch(MemberId from, ElectionOutput output) =>
        output.Messages.Add(Message(ElectionMessageKind.Fetch, from, InForce.Epoch, []));

    private void Ask(ElectionMessageKind kind, Ballot ballot, IReadOnlyList<TopologyDocument> documents, ElectionOutput output)
    {
        foreach (MemberId voter in Voters)
        {
            output.Messages.Add(Message(kind, voter, Elected, documents) with { Ballot = ballot });
        }
    }

    private void Answer(ElectionMessage asked, ElectionMessageKind kind, Ballot ballot, ElectionOutput output) =>
        output.Messages.Add(Message(kind, asked.From, asked.Epoch, []) with { Ballot = ballot });

    private ElectionMessage Message(ElectionMessageKind kind, MemberId to, Epoch epoch, IReadOnlyList<TopologyDocument> documents) =>
        new(kind, _self, to, epoch, Ballot.Zero, Ballot.Zero, documents);

    private static TopologyDocument Decoded(ReadOnlyMemory<byte> bytes)
    {
        Invariant.Holds(TopologyCodec.TryDecode(bytes, out TopologyDocument? document, out _));
        return document;
    }
}
