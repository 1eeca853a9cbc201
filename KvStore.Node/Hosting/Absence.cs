using System.Net;
using KvStore.Node.Topology;

namespace KvStore.Node.Hosting;

/// <summary>Whether a member that starts with the disk it had is one still.</summary>
internal static class Absence
{
    /// <summary>How long others have to say so. Who is not told in time finds out later and stays removed: then only an empty directory makes it a new one.</summary>
    public static readonly TimeSpan AnswerMax = TimeSpan.FromSeconds(1);

    /// <summary>
    /// Asks seeds and known members whether the cluster has removed this one while it was away. Who has left knows it from its own
    /// disk, and is not asked for: it was let go on purpose.
    /// </summary>
    /// <param name="last">The last document on the member's disk.</param>
    /// <param name="ask">Asks whoever is at an address: who answered, or why nobody did.</param>
    public static async Task<bool> IsOverForGoodAsync(
        NodeOptions options,
        Acquaintance self,
        TopologyDocument last,
        Func<string, Acquaintance, CancellationToken, Task<(Acquaintance? Node, string Problem)>> ask,
        TimeProvider time,
        CancellationToken cancellationToken)
    {
        if (options.Seeds.Count == 0 || last.Find(self.Self.Id) is null)
        {
            return false;
        }

        using CancellationTokenSource late = new(AnswerMax, time);
        using CancellationTokenSource limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, late.Token);
        try
        {
            IReadOnlyList<SeedPlace> places = await SeedDiscovery.FindAsync(options.Seeds, static (host, late) => Dns.GetHostAddressesAsync(host, late), limit.Token);
            IEnumerable<string> addresses = places.Where(place => place.Problem.Length == 0).Select(place => place.Address)
                .Concat(last.Members.Select(member => member.GrpcAddress)).Where(address => address != self.Self.GrpcAddress).Distinct();
            (Acquaintance? Node, string Problem)[] answers = await Task.WhenAll(addresses.Select(address => ask(address, self, limit.Token)));

            // A member that is behind does not know this one yet.
            return answers.Any(answer => answer.Node is { Removed: true } node && node.Cluster == self.Cluster && node.Epoch > last.Epoch);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return false;
        }
    }
}
