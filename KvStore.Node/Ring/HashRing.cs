using System.Collections.Immutable;
using System.Globalization;
using System.Text;

namespace KvStore.Node.Ring;

/// <summary>
/// Consistent hashing with virtual nodes: who owns a slot is a pure function of the members, so nobody has to store, send
/// or agree on anything but the list of members.
///
/// <code>
/// key ──Slots.Of──► slot ──SlotPlaces──► places on the ring ──SlotWalk──► owners ──SlotTable──► ReplicaSet
///                             members ──HashRing──► tokens ──┘    └── LoadBounds: how many slots a member may own
/// </code>
///
/// Called by: Topology (a table an epoch), Coordination (owners of an operation's slot), Migration (two tables make a plan).
/// Must hold: same members in, same table out, byte for byte, on every machine and in every later version; a new rule is a
/// new table format and needs an epoch of its own.
/// Papers: Karger et al., Consistent Hashing and Random Trees (STOC 1997); Mirrokni, Thorup and Zadimoghaddam, Consistent
/// Hashing with Bounded Loads (SODA 2018); Appleton and O'Reilly, Multi-probe Consistent Hashing (2015).
/// </summary>
internal sealed class HashRing
{
    public const int VirtualNodesMax = 4096;
    public const int MembersMax = 4096;

    private readonly Token[] _tokens;

    private HashRing(ImmutableArray<RingMember> members, int virtualNodes, Token[] tokens)
    {
        Members = members;
        VirtualNodes = virtualNodes;
        _tokens = tokens;
    }

    /// <summary>The members, ascending by identity. Everything about placement names a member by its index here.</summary>
    public ImmutableArray<RingMember> Members { get; }

    public int VirtualNodes { get; }

    /// <summary>All tokens, ascending by position; equal positions by member.</summary>
    public ReadOnlySpan<Token> Tokens => _tokens;

    /// <summary>The ring of these members, in whatever order they are given.</summary>
    public static HashRing Of(IEnumerable<RingMember> members, int virtualNodes)
    {
        if (virtualNodes is < 1 or > VirtualNodesMax)
        {
            throw new ArgumentOutOfRangeException(nameof(virtualNodes), virtualNodes, $"Virtual nodes are 1 to {VirtualNodesMax}.");
        }

        var sorted = Sorted(members);
        var tokens = new Token[sorted.Length * virtualNodes];
        for (var member = 0; member < sorted.Length; member++)
        {
            for (var index = 0; index < virtualNodes; index++)
            {
                tokens[(member * virtualNodes) + index] = new Token(RingHash.TokenPosition(sorted[member].Id, index), (ushort)member);
            }
        }

        Array.Sort(tokens);
        return new HashRing(sorted, virtualNodes, tokens);
    }

    public string Describe()
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"ring of {Members.Length} members, {VirtualNodes} tokens each\n");
        Span<ulong> arcs = new ulong[Members.Length];
        for (var i = 0; i < _tokens.Length; i++)
        {
            // A token's arc reaches back to the token before it; the subtraction wraps around as the ring does.
            arcs[_tokens[i].Member] += _tokens[i].Position - _tokens[i == 0 ? ^1 : i - 1].Position;
        }

        for (var member = 0; member < Members.Length; member++)
        {
            var share = _tokens.Length == 1 ? 1 : arcs[member] / Math.Pow(2, 64);
            text.Append(CultureInfo.InvariantCulture, $"{member,4} {Members[member].Id} zone '{Members[member].Zone}' arcs {share:P1}\n");
        }

        return text.ToString();
    }

    private static ImmutableArray<RingMember> Sorted(IEnumerable<RingMember> members)
    {
        var sorted = members.OrderBy(member => member.Id).ToImmutableArray();
        if (sorted.Length is 0 or > MembersMax)
        {
            throw new ArgumentException($"A ring has 1 to {MembersMax} members, not {sorted.Length}.", nameof(members));
        }

        for (var i = 1; i < sorted.Length; i++)
        {
            if (sorted[i].Id == sorted[i - 1].Id)
            {
                throw new ArgumentException($"Member {sorted[i].Id} is named twice.", nameof(members));
            }
        }

        return sorted;
    }
}
