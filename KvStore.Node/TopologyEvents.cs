using System.Globalization;
using KvStore.Node.Registers;
using KvStore.Node.Topology;

namespace KvStore.Node;

/// <summary>What was decided about the cluster while this process ran, for pages; a bounded number, the oldest go. Thread safe.</summary>
internal sealed class TopologyEvents(TimeProvider time)
{
    public const int EventsMax = 256;

    private readonly Lock _lock = new();
    private readonly Queue<TopologyEvent> _events = new();

    /// <summary>The newest last.</summary>
    public IReadOnlyList<TopologyEvent> All
    {
        get
        {
            lock (_lock)
            {
                return [.. _events];
            }
        }
    }

    public void Decided(TopologyDocument before, TopologyDocument after)
    {
        foreach (TopologyMember member in after.Members.Where(member => before.Find(member.Id) is null))
        {
            Add("joined", after.Epoch, member.Name, $"at {member.GrpcAddress}, ordinal {member.Ordinal}");
        }

        foreach (TopologyMember member in before.Members.Where(member => after.Find(member.Id) is null))
        {
            Add("left", after.Epoch, member.Name, $"ordinal {member.Ordinal}");
        }

        foreach (TopologyMember member in after.Members.Where(member => member.Successor.Length > 0 && before.Find(member.Id)?.Successor != member.Successor))
        {
            Add("place kept", after.Epoch, member.Name, $"for {member.Successor}, which takes it when it asks to be let in");
        }

        Add(
            "epoch decided",
            after.Epoch,
            "",
            after.Next is null && after.Current.Count < after.Members.Count
                ? $"{after.Current.Count} owners, and {after.Members.Count - after.Current.Count} let in"
            : after.Next is null ? $"{after.Current.Count} owners"
            : $"joint: {after.Current.Count} owners now, {after.Next.Count} next");
    }

    public void Refused(string reason) => Add("refused", Epoch.None, "", reason);

    /// <param name="left">Until it is removed, if a majority sees it so.</param>
    public void EvictionAhead(TopologyMember member, Epoch epoch, TimeSpan left) => Add(
        "eviction ahead", epoch, member.Name, string.Create(CultureInfo.InvariantCulture, $"dead; removed in {Math.Max(0, left.TotalSeconds):0} s unless it comes back or is kept"));

    public void Evicting(TopologyMember member, Epoch epoch) => Add("evicting", epoch, member.Name, "a majority has taken it for dead for long enough");

    public void Kept(TopologyMember member, Epoch epoch) => Add("kept", epoch, member.Name, "not removed while it is dead, because somebody asked for it");

    private void Add(string kind, Epoch epoch, string member, string text)
    {
        lock (_lock)
        {
            _events.Enqueue(new TopologyEvent(time.GetUtcNow(), kind, epoch, member, text));
            if (_events.Count > EventsMax)
            {
                _events.Dequeue();
            }
        }
    }
}
