using System.Diagnostics;
using KvStore.Node.Coordination;
using KvStore.Node.Peers;
using KvStore.Node.Ring;
using KvStore.Node.Telemetry;
using KvStore.Node.Topology;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace KvStore.Node.FrontEnds;

/// <summary>Harm that is done to this member on purpose, in the messages of cluster.proto. Where the options do not allow it, only refusals.</summary>
internal sealed class FaultView(Member member, MemberGossip gossip, ILogger<FaultView> logger)
{
    private const string Setting = $"KvStore:{nameof(NodeOptions.AllowFaults)}";

    private static readonly RequestFailure NotAllowed = new(
        FailureKind.FaultsNotAllowed,
        $"{Setting} is false here. A node that is started with {Setting}=true (environment KvStore__{nameof(NodeOptions.AllowFaults)}) lets whoever reaches it cut it off and kill it.",
        OperationOutcome.NotApplied);

    /// <summary>Those of a member that are on.</summary>
    public static IEnumerable<Protocol.NetworkFault> AllOf(MemberGossip gossip, TopologySnapshot topology) =>
        gossip.Faults is { } faults ? faults.All.Select(fault => Of(fault, faults, topology)) : [];

    /// <summary>Faults of this member that have ended, the last to end last; a bounded number.</summary>
    public static IEnumerable<Protocol.NetworkFault> PastOf(MemberGossip gossip, TopologySnapshot topology) =>
        gossip.Faults is { } faults ? faults.Past.Select(fault => Of(fault, faults, topology)) : [];

    /// <param name="fault">Empty where there is a failure.</param>
    public RequestFailure? Begin(Protocol.FaultRequest request, out Protocol.NetworkFault fault)
    {
        fault = new Protocol.NetworkFault();
        if (gossip.Faults is not { } faults)
        {
            return NotAllowed;
        }

        TopologySnapshot topology = member.Topologies.Current;
        List<MemberId> members = [];
        RequestFailure? failure = Check(request, out NetworkFaultKind kind) ?? Find(request.Members, topology, members);
        if (failure is not null)
        {
            return failure.OfWrite();
        }

        TimeSpan lasts = request.Seconds == 0 ? NetworkFault.LastsByDefault : TimeSpan.FromSeconds(request.Seconds);
        if (faults.Begin(kind, members, TimeSpan.FromMilliseconds(request.DelayMilliseconds), (int)request.Percent, lasts) is not { } begun)
        {
            return new RequestFailure(
                FailureKind.TooManyFaults, $"{NetworkFaults.CountMax} faults are on, and no more may be: end one.", OperationOutcome.NotApplied);
        }

        fault = Of(begun, faults, topology);
        return null;
    }

    /// <param name="id">0 for all.</param>
    /// <param name="left">Those that are on then.</param>
    public RequestFailure? End(long id, out Protocol.NetworkFaults left)
    {
        left = new Protocol.NetworkFaults();
        if (gossip.Faults is not { } faults)
        {
            return NotAllowed;
        }

        if (!faults.End(id) && id != 0)
        {
            return new RequestFailure(FailureKind.NoSuchFault, $"No fault {id} is on: it may have ended by itself.", OperationOutcome.NotApplied);
        }

        left.Faults.AddRange(AllOf(gossip, member.Topologies.Current));
        return null;
    }

    /// <summary>Ends the process, like kill -9, when the answer is written.</summary>
    /// <param name="name">This member's, or its id: nobody is killed by a mistaken address.</param>
    public RequestFailure? KillAfter(string name, HttpResponse response)
    {
        if (gossip.Faults is null)
        {
            return NotAllowed;
        }

        string own = NameOf(member.Id, member.Topologies.Current);
        if (name != own && name != member.Id.ToString())
        {
            return new RequestFailure(FailureKind.NoSuchMember, $"This is {own}, not {name}: a member kills nobody but itself.", OperationOutcome.NotApplied);
        }

        logger.LogWarning(NodeEvents.Killed, "{Member} is killed because somebody asked for it", own);
        response.OnCompleted(static () =>
        {
            using Process self = Process.GetCurrentProcess();
            self.Kill();
            return Task.CompletedTask;
        });
        return null;
    }

    private static RequestFailure? Check(Protocol.FaultRequest request, out NetworkFaultKind kind)
    {
        if (!Enum.TryParse(request.Kind, ignoreCase: true, out kind) || !Enum.IsDefined(kind) || NameOf(kind) != request.Kind)
        {
            return RequestFailure.Malformed($"There is no fault \"{request.Kind}\". There are: {string.Join(", ", Enum.GetValues<NetworkFaultKind>().Select(NameOf))}.");
        }

        bool isSlow = kind == NetworkFaultKind.Slow;
        bool isDrop = kind == NetworkFaultKind.Drop;
        return CheckRange("delay", "milliseconds", request.DelayMilliseconds, isSlow, (uint)NetworkFault.DelayMax.TotalMilliseconds, NetworkFaultKind.Slow)
            ?? CheckRange("percent", "percent", request.Percent, isDrop, NetworkFault.PercentMax, NetworkFaultKind.Drop)
            ?? (request.Seconds > NetworkFault.LastsMax.TotalSeconds
                ? RequestFailure.Malformed($"A fault lasts at most {NetworkFault.LastsMax.TotalSeconds} seconds, not {request.Seconds}.")
                : null)
            ?? (kind == NetworkFaultKind.Pause && request.Members.Count > 0
                ? RequestFailure.Malformed("What is paused is paused to all members: name none, or take partition.")
                : null);
    }

    private static RequestFailure? CheckRange(string name, string unit, uint given, bool isWanted, uint max, NetworkFaultKind kind) => (isWanted, given) switch
    {
        (true, 0) => RequestFailure.Malformed($"The fault {NameOf(kind)} needs a {name} of 1 to {max} {unit}."),
        (true, _) when given > max => RequestFailure.Malformed($"The {name} is at most {max} {unit}, not {given}."),
        (false, not 0) => RequestFailure.Malformed($"Only the fault {NameOf(kind)} has a {name}."),
        _ => null,
    };

    private RequestFailure? Find(IReadOnlyList<string> names, TopologySnapshot topology, List<MemberId> members)
    {
        foreach (string name in names)
        {
            if (topology.Document.Members.FirstOrDefault(each => each.Name == name || each.Id.ToString() == name) is not { } found)
            {
                return new RequestFailure(FailureKind.NoSuchMember, $"There is no member {name}.");
            }

            if (found.Id == member.Id)
            {
                return RequestFailure.Malformed($"{found.Name} is this member: name those at the other end.");
            }

            if (!members.Contains(found.Id))
            {
                members.Add(found.Id);
            }
        }

        return null;
    }

    private static string NameOf(NetworkFaultKind kind) => kind.ToString().ToLowerInvariant();

    private static string NameOf(MemberId id, TopologySnapshot topology) => topology.Find(id)?.Name ?? id.ToString();

    private static Protocol.NetworkFault Of(NetworkFault fault, FaultSwitch faults, TopologySnapshot topology)
    {
        TimeSpan now = faults.Now;
        Protocol.NetworkFault view = new()
        {
            Id = fault.Id,
            Kind = NameOf(fault.Kind),
            DelayMilliseconds = (long)fault.Delay.TotalMilliseconds,
            Percent = fault.Percent,
            BeganUnixMilliseconds = (faults.Time.GetUtcNow() - (now - fault.Began)).ToUnixTimeMilliseconds(),
            MillisecondsLeft = fault.Ended is null ? Math.Max(0, (long)(fault.Ends - now).TotalMilliseconds) : 0,
            EndedUnixMilliseconds = fault.Ended is { } ended ? (faults.Time.GetUtcNow() - (now - ended)).ToUnixTimeMilliseconds() : 0,
            Undone = fault.IsUndone,
        };
        view.Members.AddRange(fault.Members.Select(id => NameOf(id, topology)));
        return view;
    }
}
