using KvStore.Node.FrontEnds.Resp;
using KvStore.Node.Ring;
using KvStore.Node.Topology;

namespace KvStore.Node.Hosting;

/// <summary>
/// Asks the other members where they speak the Redis protocol, and now and then again, because one may come back elsewhere. It is
/// no part of the topology: no epoch is decided for it, and members that do not tell are no worse.
/// </summary>
internal sealed class RespAddressLoop(MemberHost host, NodeOptions options, RespAddresses addresses, TimeProvider time) : BackgroundService
{
    public static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    /// <summary>How old an answer may become.</summary>
    public static readonly TimeSpan AnswerAgeMax = TimeSpan.FromSeconds(5);

    /// <summary>Members asked at once, at most; the others are asked next time.</summary>
    public const int AskedAtOnceMax = 16;

    private readonly Dictionary<MemberId, (long At, bool HasAnswered)> _asked = [];

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (true)
        {
            if (host.Parts is { } parts)
            {
                await AskAsync(parts.Member.Topologies.Current, parts.Member.Id, stoppingToken);
            }

            await Task.Delay(Interval, time, stoppingToken);
        }
    }

    private async Task AskAsync(TopologySnapshot topology, MemberId self, CancellationToken cancellationToken)
    {
        addresses.Put(self, options.RespAddressOf(host.Ports.RespEndPoint!.Port));
        addresses.Keep(member => topology.Find(member) is not null);
        TopologyMember[] others = [.. topology.Document.Members.Where(member => member.Id != self)];
        TopologyMember[] due = [.. others.Where(IsDue).OrderBy(member => _asked.GetValueOrDefault(member.Id).At).Take(AskedAtOnceMax)];
        bool[] answered = await Task.WhenAll(due.Select(member => AskAsync(member, cancellationToken)));
        foreach ((int place, TopologyMember member) in due.Index())
        {
            _asked[member.Id] = (time.GetTimestamp(), answered[place]);
        }

        foreach (MemberId gone in _asked.Keys.Where(member => topology.Find(member) is null).ToArray())
        {
            _asked.Remove(gone);
        }

        if (others.All(member => _asked.ContainsKey(member.Id)))
        {
            addresses.EverybodyWasAsked();
        }
    }

    private bool IsDue(TopologyMember member) =>
        !_asked.TryGetValue(member.Id, out (long At, bool HasAnswered) last) || !last.HasAnswered || time.GetElapsedTime(last.At) >= AnswerAgeMax;

    private async Task<bool> AskAsync(TopologyMember member, CancellationToken cancellationToken)
    {
        (Acquaintance? there, _) = await host.AskAsync(member.GrpcAddress, cancellationToken);
        if (there?.Self.Id != member.Id)
        {
            return false; // what it said last stands: whether it is alive others find out
        }

        addresses.Put(member.Id, there.RespAddress);
        return true;
    }
}
