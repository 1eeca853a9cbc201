using System.Collections.Concurrent;
using KvStore.Node.Ring;

namespace KvStore.Node.FrontEnds.Resp;

/// <summary>Where the members speak this protocol, as each said when it was asked last. Whoever asks them is above this folder.</summary>
internal sealed class RespAddresses
{
    private readonly ConcurrentDictionary<MemberId, Uri> _known = new();
    private readonly TaskCompletionSource _everybodyAsked = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Completed when every member has been asked once, whether it answered or not: before that, most would seem not to speak it.</summary>
    public Task EverybodyAsked => _everybodyAsked.Task;

    /// <summary>Null of a member that does not speak it, or was not heard of yet.</summary>
    public Uri? Find(MemberId member) => _known.GetValueOrDefault(member);

    /// <param name="address">As "tcp://host:port"; empty for none.</param>
    public void Put(MemberId member, string address)
    {
        if (address.Length == 0)
        {
            _known.TryRemove(member, out _);
        }
        else if (Find(member)?.OriginalString != address)
        {
            _known[member] = new Uri(address);
        }
    }

    /// <summary>Forgets whoever is no member any more.</summary>
    public void Keep(Func<MemberId, bool> isMember)
    {
        foreach (MemberId gone in _known.Keys.Where(member => !isMember(member)))
        {
            _known.TryRemove(gone, out _);
        }
    }

    public void EverybodyWasAsked() => _everybodyAsked.TrySetResult();
}
