using KvStore.Node.Peers;
using KvStore.Node.Ring;
using KvStore.Node.Topology;

namespace KvStore.Tests.Peers;

/// <summary>A small simulated network: members with links over it, faults at random from a seed, and what everybody saw.</summary>
internal sealed class PacketNet(int seed)
{
    private readonly Random _random = new(seed);
    private readonly Dictionary<MemberId, (SimulatedWire Wire, PeerLinks Links)> _running = [];
    private readonly HashSet<(MemberId, MemberId)> _cut = [];
    private uint _incarnations;

    public ManualTime Time { get; } = new();

    public ListLogger Logger { get; } = new();

    public double Loss { get; set; }

    public double Doubling { get; set; }

    public double Damage { get; set; }

    public bool DeliversStaleFrames { get; set; }

    public TimeSpan DelayMax { get; set; } = TimeSpan.FromMilliseconds(2);

    /// <summary>"a&lt;b: open", "b: request 1 from a", "a: reply 1 from b", in order.</summary>
    public List<string> Events { get; } = [];

    public PeerLinks Links(string name) => _running[Messages.Member(name)].Links;

    public static TopologyMember Member(string name, string address = "") =>
        new(Messages.Member(name), 1, name, address, address, Zone: "", MemberState.Active);

    /// <summary>Starts a process of a member, which answers every request.</summary>
    public void Start(string name)
    {
        MemberId self = Messages.Member(name);
        SimulatedWire? wire = null;
        PeerLinks links = new(
            self,
            to => Messages.HeaderOf(name, "nobody") with { To = to },
            _ => true,
            (member, linkClass) => wire!.Dial(member.Id, linkClass),
            (link, frame) => OnRequests(name, link, frame),
            (from, frame) => Events.AddRange(frame.Replies.Select(reply => $"{name}: reply {reply.Id} from {NameOf(from)}")),
            (member, connected) => Events.Add($"{name}>{NameOf(member)}: {(connected ? "open" : "lost")}"),
            Time,
            new Random(_random.Next()),
            Logger);
        wire = new SimulatedWire(self, ++_incarnations, Send, Schedule, links.Accept, DeliversStaleFrames);
        _running[self] = (wire, links);
    }

    /// <summary>The process is gone without a word; its machine goes on.</summary>
    public void Crash(string name)
    {
        _running.Remove(Messages.Member(name), out (SimulatedWire Wire, PeerLinks Links) process);
        process.Wire.Stop();
        process.Links.Close();
    }

    public void Cut(string from, string to) => _cut.Add((Messages.Member(from), Messages.Member(to)));

    public void Heal() => _cut.Clear();

    public void Ask(string from, string to, ulong id, LinkClass linkClass = LinkClass.Register)
    {
        if (!Links(from).TrySend(Messages.Member(to), linkClass, Messages.Read(id)))
        {
            Events.Add($"{from}: request {id} refused");
        }
    }

    private static string NameOf(MemberId id) => new[] { "a", "b", "c" }.First(name => Messages.Member(name) == id);

    private void OnRequests(string name, PeerLink link, PeerFrame frame)
    {
        foreach (PeerRequest request in frame.Requests)
        {
            Events.Add($"{name}: request {request.Id} from {NameOf(frame.Header.From)}");
            link.TrySend(Messages.Accepted(request.Id));
        }
    }

    private void Send(MemberId from, MemberId to, byte[] bytes)
    {
        if (_cut.Contains((from, to)) || _random.NextDouble() < Loss)
        {
            return;
        }

        if (_random.NextDouble() < Damage)
        {
            bytes = [.. bytes];
            bytes[_random.Next(bytes.Length)] ^= (byte)(1 << _random.Next(8));
        }

        for (int copies = _random.NextDouble() < Doubling ? 2 : 1; copies > 0; copies--)
        {
            Schedule(DelayMax * _random.NextDouble(), () => Arrive(from, to, bytes));
        }
    }

    private void Arrive(MemberId from, MemberId to, byte[] bytes)
    {
        if (_running.TryGetValue(to, out (SimulatedWire Wire, PeerLinks Links) process))
        {
            process.Wire.Receive(from, bytes);
        }
        else if (SimulatedWire.ResetFor(bytes) is { } reset)
        {
            Send(to, from, reset);
        }
    }

    private void Schedule(TimeSpan delay, Action action) =>
        Time.CreateTimer(_ => action(), null, delay, Timeout.InfiniteTimeSpan);
}
