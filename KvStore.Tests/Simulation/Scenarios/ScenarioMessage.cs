using System.Globalization;
using System.Text;
using KvStore.Node.Peers;
using KvStore.Node.Registers;
using KvStore.Node.Ring;

namespace KvStore.Tests.Simulation.Scenarios;

/// <summary>One message about the scenario's key on its way from node to node (numbered from 1).</summary>
internal sealed record ScenarioMessage(int From, int To, PeerRequest? Request, PeerReply? Reply)
{
    public PeerRequestKind? Asks => Request?.Kind;

    public PeerReplyKind? Answers => Reply?.Kind;

    /// <summary>What a packet carries about the key; nothing for pings, handshakes and other keys.</summary>
    /// <param name="asked">Ids of requests about the key, which their replies repeat; added to.</param>
    public static IReadOnlyList<ScenarioMessage> Read(int from, int to, byte[] bytes, Key key, HashSet<(int Asker, ulong Id)> asked)
    {
        if (!SimulatedPacket.TryRead(bytes, out SimulatedPacket packet) || packet.Frame.IsEmpty)
        {
            return [];
        }

        if (!PeerCodec.TryReadFrame(packet.Frame.ToArray(), out PeerFrame? frame, out string? problem))
        {
            throw new InvalidOperationException($"A member sent what no member can read: {problem}");
        }

        List<ScenarioMessage> messages = [];
        foreach (PeerRequest request in frame.Requests.Where(request => IsAbout(request, key)))
        {
            asked.Add((from, request.Id));
            messages.Add(new ScenarioMessage(from, to, request, null));
        }

        messages.AddRange(frame.Replies.Where(reply => asked.Contains((to, reply.Id))).Select(reply => new ScenarioMessage(from, to, null, reply)));
        return messages;
    }

    private static bool IsAbout(in PeerRequest request, Key key) => request.Kind switch
    {
        PeerRequestKind.Scan or PeerRequestKind.Digests or PeerRequestKind.Walk => false,
        PeerRequestKind.SlotDigests or PeerRequestKind.Inventory or PeerRequestKind.Pull => request.Slots!.Numbers.Contains(key.Slot.Number),
        PeerRequestKind.Completeness => true,
        _ => request.Key.Equals(key),
    };

    /// <summary>"node1 > node2  Accept b1 x, next b2".</summary>
    /// <param name="nameOf">Names a ballot.</param>
    public string Describe(Func<Ballot, string> nameOf) =>
        string.Create(CultureInfo.InvariantCulture, $"node{From} > node{To}  {(Request is { } request ? Describe(request, nameOf) : Describe(Reply!.Value, nameOf))}");

    private static string Describe(in PeerRequest request, Func<Ballot, string> nameOf) => request.Kind switch
    {
        PeerRequestKind.Prepare => $"Prepare {nameOf(request.Ballot)}",
        PeerRequestKind.Accept => $"Accept {Describe(request.Record, nameOf)}{(request.Next.IsZero ? "" : $", next {nameOf(request.Next)}")}",
        PeerRequestKind.Learn => $"Learn {Describe(request.Record, nameOf)}",
        _ => request.Kind.ToString(),
    };

    private static string Describe(in PeerReply reply, Func<Ballot, string> nameOf) => reply.Kind switch
    {
        PeerReplyKind.Promised or PeerReplyKind.Read => $"{reply.Kind}, holds {Describe(reply.Record, nameOf)}",
        PeerReplyKind.Conflict => $"Conflict with {nameOf(reply.Ballot)}",
        PeerReplyKind.Inventory => $"Inventory of {reply.Page!.Entries.Count} records",
        PeerReplyKind.SlotDigests => "SlotDigests, answered",
        PeerReplyKind.Page => $"Page of {reply.Page!.Entries.Count} records",
        PeerReplyKind.Completeness => reply.Slots!.Complete!.Count > 0 ? "Complete" : "Not complete",
        PeerReplyKind.Accepted => reply.HoldsNext ? "Accepted, next promised" : "Accepted",
        _ => reply.Kind.ToString(),
    };

    private static string Describe(in RegisterRecord record, Func<Ballot, string> nameOf) => record.State switch
    {
        null => "nothing",
        { HasValue: true } state => $"{nameOf(record.Ballot)} {Encoding.ASCII.GetString(state.Value.Span)}",
        { } state => $"{nameOf(record.Ballot)} {state.Kind}",
    };
}
