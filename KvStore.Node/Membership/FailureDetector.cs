using KvStore.Node.Ring;

namespace KvStore.Node.Membership;

/// <summary>
/// Who is alive, as far as this member can tell: SWIM (Das, Gupta, Motivala 2002) with Lifeguard (Dadgar, Phillips, Currey
/// 2018). Pure: it is told the time and what arrives, and says what to send.
/// </summary>
/// <remarks>
/// <para>Who calls: one loop, which ticks it every <see cref="DetectorSettings.TickInterval"/>, brings messages in and sends
/// what comes out. Messages may be lost, late, doubled, out of order.</para>
/// <para>It decides liveness and nothing else: who is a member, and who owns what, is the topology's to say. A wrong suspicion
/// costs a detour, never data.</para>
/// <para>What holds: everyone keeps the highest claim about each member, and only a member itself raises its incarnation, so
/// views converge where messages arrive. The dead are probed like the living, and told what is believed of them, so that a
/// partition heals by itself. Time in which this member did not run counts against nobody.</para>
/// <para>Bounds: one probe an interval, <see cref="DetectorSettings.GossipFanout"/> messages a gossip interval while there is
/// news, claims a message, <see cref="RelayedProbes.Max"/> pings for others.</para>
/// </remarks>
internal sealed class FailureDetector
{
    private readonly MemberId _self;
    private readonly DetectorSettings _settings;
    private readonly Random _random;
    private readonly DetectorPlant _plant;
    private readonly ClaimQueue _news = new();
    private readonly ProbeSchedule _schedule;
    private readonly Beliefs _beliefs;
    private readonly RelayedProbes _relayed = new();
    private readonly LocalHealth _health = new();
    private Probe? _probe;
    private uint _sequence;
    private TimeSpan _last;
    private TimeSpan _clock;
    private TimeSpan _probesAt;
    private TimeSpan _gossipsAt;
    private TimeSpan _exchangesAt;

    /// <param name="incarnation">The first of this life (<see cref="LivenessClaim.IncarnationOfBoot"/>).</param>
    /// <param name="now">On the clock of every later call: monotonic, whatever its zero.</param>
    public FailureDetector(
        MemberId self, long incarnation, DetectorSettings settings, Random random, TimeSpan now, DetectorPlant plant = DetectorPlant.None)
    {
        _self = self;
        Incarnation = incarnation;
        _settings = settings;
        _random = random;
        _plant = plant;
        _last = now;
        _schedule = new ProbeSchedule(random);
        _beliefs = new Beliefs(self, settings, _news, plant);
        _probesAt = Share(settings.ProbeInterval);
        _gossipsAt = Share(settings.GossipInterval);
        _news.Add(OwnClaim);
    }

    public long Incarnation { get; private set; }

    /// <summary>0 in good health; see <see cref="LocalHealth"/>.</summary>
    public int HealthScore => _health.Score;

    /// <summary>The others as this member sees them, in order of their identities.</summary>
    public IReadOnlyList<MemberSight> Sights => [.. _beliefs.Sights(_clock)];

    private LivenessClaim OwnClaim => new(_self, Liveness.Alive, Incarnation, _self);

    /// <summary>The topology has changed: these are the members, this one included or not.</summary>
    public void SetMembers(IEnumerable<MemberId> members)
    {
        HashSet<MemberId> others = [.. members.Where(member => member != _self)];
        foreach (MemberId gone in _beliefs.Others.Where(member => !others.Contains(member)).ToList())
        {
            _beliefs.Remove(gone);
            _schedule.Remove(gone);
        }

        foreach (MemberId added in others.Where(member => !_beliefs.Knows(member)).Order())
        {
            _beliefs.Add(added, _clock);
            _schedule.Add(added);

            // Whoever is new may not have heard of this member, and begins with everything.
            _news.Add(OwnClaim);
            _exchangesAt = _clock;
        }
    }

    public void Tick(TimeSpan now, DetectorOutput output)
    {
        Advance(now);
        foreach (GossipMessage request in _relayed.Expire(_clock))
        {
            Send(GossipMessageKind.Nack, request.From, request.Sequence, request.Target, output);
        }

        GoOnProbing(output);
        _beliefs.Expire(_clock, _health.Multiplier, output.Changes);
        if (_clock >= _gossipsAt)
        {
            _gossipsAt = _clock + _settings.GossipInterval;
            SpreadNews(output);
        }

        if (_clock >= _exchangesAt && _beliefs.Members > 1)
        {
            _exchangesAt = _clock + _settings.ExchangeInterval + Share(_settings.ExchangeInterval);
            Exchange(GossipMessageKind.Exchange, Draw(1, _beliefs.Others)[0], output);
        }
    }

    public void Receive(GossipMessage message, TimeSpan now, DetectorOutput output)
    {
        Advance(now);
        if (message.To != _self || message.From == _self)
        {
            return;
        }

        foreach (LivenessClaim claim in message.Claims)
        {
            Hear(claim, output);
        }

        switch (message.Kind)
        {
            case GossipMessageKind.Ping when message.Target == _self:
                Send(GossipMessageKind.Ack, message.From, message.Sequence, _self, output);
                break;
            case GossipMessageKind.PingRequest:
                Relay(message, output);
                break;
            case GossipMessageKind.Ack:
                OnAck(message, output);
                break;
            case GossipMessageKind.Nack when _probe is { } probe && probe.Sequence == message.Sequence && probe.Target == message.Target:
                probe.Nacks.Add(message.From);
                break;
            case GossipMessageKind.Exchange:
                Exchange(GossipMessageKind.ExchangeReply, message.From, output);
                break;
            default:
                break;
        }
    }

    private void Advance(TimeSpan now)
    {
        TimeSpan step = now > _last ? now - _last : TimeSpan.Zero;
        _last += step;
        if (step > _settings.LatenessMax && _plant != DetectorPlant.PauseCounts)
        {
            step = _settings.LatenessMax;
            _health.Worsen(1);
        }

        _clock += step;
    }

    private void Hear(in LivenessClaim claim, DetectorOutput output)
    {
        if (claim.Incarnation > LivenessClaim.IncarnationMax)
        {
            return;
        }

        if (claim.Member != _self)
        {
            _beliefs.Take(claim, _clock, output.Changes);
        }
        else if (claim.Overrides(OwnClaim) && _plant != DetectorPlant.NoRefutation)
        {
            Incarnation = claim.Incarnation + 1;
            _health.Worsen(1);
            _news.Add(OwnClaim);
            output.Changes.Add(new LivenessChange(_self, claim.Liveness, Liveness.Alive, Incarnation, claim.By));
        }
    }

    private void GoOnProbing(DetectorOutput output)
    {
        if (_probe is { IsAnswered: false, RelaysAsked: null } waiting && _clock >= waiting.AsksAt && _clock < waiting.EndsAt)
        {
            AskRelays(waiting, output);
        }

        if (_clock < (_probe?.EndsAt ?? _probesAt))
        {
            return;
        }

        if (_probe is { } over)
        {
            Judge(over, output);
        }

        _probe = null;
        _probesAt = _clock + _settings.ProbeInterval;
        if (_schedule.Next() is { } target)
        {
            int multiplier = _health.Multiplier;
            _probe = new Probe(
                target, ++_sequence, _clock, _clock + (_settings.AckTimeout * multiplier), _clock + (_settings.ProbeInterval * multiplier));
            Send(GossipMessageKind.Ping, target, _sequence, target, output);
        }
    }

    private void AskRelays(Probe probe, DetectorOutput output)
    {
        // The dead are probed in case they come back; that is worth one ping and no more.
        List<MemberId> relays = !_beliefs.Knows(probe.Target) || _beliefs.Of(probe.Target) == Liveness.Dead
            ? []
            : Draw(_settings.Relays, _beliefs.Others.Where(other => other != probe.Target && _beliefs.Of(other) == Liveness.Alive));
        probe.RelaysAsked = relays.Count;
        foreach (MemberId relay in relays)
        {
            Send(GossipMessageKind.PingRequest, relay, probe.Sequence, probe.Target, output);
        }
    }

    private void Judge(Probe probe, DetectorOutput output)
    {
        if (probe.IsAnswered)
        {
            _health.Improve();
            return;
        }

        if (!_beliefs.Knows(probe.Target) || _beliefs.Of(probe.Target) == Liveness.Dead)
        {
            return;
        }

        // Relays that say nothing at all speak against this member; with nobody to ask, one failure does.
        int asked = probe.RelaysAsked ?? 0;
        _health.Worsen(asked > 0 ? asked - probe.Nacks.Count : _beliefs.Of(probe.Target) == Liveness.Alive ? 1 : 0);
        _beliefs.Accuse(probe.Target, _clock, output.Changes);
    }

    private void Relay(GossipMessage request, DetectorOutput output)
    {
        if (request.Target != _self && _beliefs.Knows(request.Target) && _relayed.TryAdd(++_sequence, request, _clock + _settings.NackTimeout))
        {
            Send(GossipMessageKind.Ping, request.Target, _sequence, request.Target, output);
        }
    }

    private void OnAck(GossipMessage ack, DetectorOutput output)
    {
        if (_probe is { } probe && probe.Sequence == ack.Sequence && probe.Target == ack.Target)
        {
            if (!probe.IsAnswered && ack.From == ack.Target)
            {
                _beliefs.Answered(ack.Target, _clock - probe.Began);
            }

            probe.IsAnswered = true;
        }
        else if (ack.From == ack.Target && _relayed.Answered(ack.Sequence, ack.Target) is { } request)
        {
            Send(GossipMessageKind.Ack, request.From, request.Sequence, request.Target, output);
        }
    }

    private void SpreadNews(DetectorOutput output)
    {
        if (_news.Count == 0)
        {
            return;
        }

        foreach (MemberId peer in Draw(_settings.GossipFanout, _beliefs.Others.Where(other => _beliefs.Of(other) != Liveness.Dead)))
        {
            Send(GossipMessageKind.Gossip, peer, 0, peer, output);
        }
    }

    private void Exchange(GossipMessageKind kind, MemberId to, DetectorOutput output) =>
        output.Messages.Add(new GossipMessage(kind, _self, to, 0, to, [OwnClaim, .. _beliefs.Claims]));

    private void Send(GossipMessageKind kind, MemberId to, uint sequence, MemberId target, DetectorOutput output)
    {
        List<LivenessClaim> claims = _news.Take(_settings.ClaimsMax - 2, _settings.SendsMax(_beliefs.Members));

        // The buddy rule: whoever is suspected, or taken for dead, hears it from everyone that talks to it.
        if (_beliefs.ClaimOf(to) is { Liveness: not Liveness.Alive } doubt && !claims.Contains(doubt))
        {
            claims.Insert(0, doubt);
        }

        // And whoever asks hears from the member itself how it is, in case the refutation did not reach it.
        if (kind == GossipMessageKind.Ack && target == _self && !claims.Contains(OwnClaim))
        {
            claims.Insert(0, OwnClaim);
        }

        output.Messages.Add(new GossipMessage(kind, _self, to, sequence, target, claims));
    }

    private List<MemberId> Draw(int most, IEnumerable<MemberId> members)
    {
        List<MemberId> drawn = [.. members];
        for (int i = 0; i < Math.Min(most, drawn.Count); i++)
        {
            int j = _random.Next(i, drawn.Count);
            (drawn[i], drawn[j]) = (drawn[j], drawn[i]);
        }

        return drawn.Count > most ? drawn[..most] : drawn;
    }

    private TimeSpan Share(TimeSpan of) => of * _random.NextDouble();
}
