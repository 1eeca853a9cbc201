using System.Collections.Immutable;
using KvStore.Client;

namespace KvStore.Web.Ring;

/// <summary>
/// Who comes first, second and third from anywhere on the ring: its members' tokens clockwise, each member once. These are the
/// owners of what stands there, as far as they have room. A pure function of the topology, in equal parts of the circle.
/// </summary>
/// <param name="Parts">How many parts there are.</param>
/// <param name="Owners">By rank and part the member's ordinal.</param>
internal sealed record TokenWalk(int Parts, ImmutableArray<ImmutableArray<int>> Owners)
{
    /// <param name="ranks">As many, or as there are members with tokens.</param>
    public static TokenWalk Of(ClusterTopology topology, int ranks, int parts)
    {
        (ulong Position, int Ordinal)[] tokens =
            [.. topology.Members.SelectMany(member => member.Tokens.Select(token => (token, member.Ordinal))).Order()];
        int found = Math.Min(ranks, topology.Members.Count(member => !member.Tokens.IsEmpty));
        int[][] owners = [.. Enumerable.Range(0, found).Select(_ => new int[parts])];
        int next = 0;
        for (int part = 0; part < parts && found > 0; part++)
        {
            // In 128 bits, so that the last parts do not overflow.
            ulong middle = (ulong)(((UInt128.One << 64) * (UInt128)((2 * part) + 1)) / (UInt128)(2 * parts));
            while (next < tokens.Length && tokens[next].Position < middle)
            {
                next++;
            }

            int rank = 0;
            for (int i = next; rank < found; i++)
            {
                int ordinal = tokens[i % tokens.Length].Ordinal;
                if (!HasBefore(owners, rank, part, ordinal))
                {
                    owners[rank++][part] = ordinal;
                }
            }
        }

        return new TokenWalk(parts, [.. owners.Select(rank => rank.ToImmutableArray())]);
    }

    /// <summary>The runs of equal owners of one rank: from a part, up to another, whose.</summary>
    public IEnumerable<(int From, int To, int Ordinal)> Runs(int rank)
    {
        ImmutableArray<int> owners = Owners[rank];
        int from = 0;
        for (int part = 1; part <= Parts; part++)
        {
            if (part == Parts || owners[part] != owners[from])
            {
                yield return (from, part, owners[from]);
                from = part;
            }
        }
    }

    private static bool HasBefore(int[][] owners, int rank, int part, int ordinal)
    {
        for (int before = 0; before < rank; before++)
        {
            if (owners[before][part] == ordinal)
            {
                return true;
            }
        }

        return false;
    }
}
