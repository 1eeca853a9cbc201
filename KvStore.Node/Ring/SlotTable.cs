using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace KvStore.Node.Ring;

/// <summary>
/// The owners of every slot, for one set of members: immutable, and a pure function of the members and three numbers.
/// A slot has min(replication, members) owners; the first is the one writes are handed to.
/// </summary>
internal sealed class SlotTable
{
    public const int ReplicationMax = 15;

    private readonly ushort[] _owners;

    private SlotTable(HashRing ring, int replication, int ownersPerSlot, ushort[] owners)
    {
        Ring = ring;
        Replication = replication;
        OwnersPerSlot = ownersPerSlot;
        _owners = owners;
        Digest = ComputeDigest();
    }

    public HashRing Ring { get; }

    /// <summary>The members, ascending by identity; owners are indices into this.</summary>
    public ImmutableArray<RingMember> Members => Ring.Members;

    /// <summary>How many owners a slot is to have, once there are enough members.</summary>
    public int Replication { get; }

    public int OwnersPerSlot { get; }

    /// <summary>A fingerprint of members and owners: two tables are equal when their digests are.</summary>
    public ulong Digest { get; }

    /// <param name="members">In any order; identities must be distinct.</param>
    /// <param name="replication">Owners a slot, 1 to <see cref="ReplicationMax"/>.</param>
    /// <param name="virtualNodes">Tokens a member.</param>
    /// <param name="loadBound">ε: a member owns at most 1 + ε times its share of slots, 0 to 1.</param>
    public static SlotTable Build(IEnumerable<RingMember> members, int replication, int virtualNodes, double loadBound)
    {
        if (replication is < 1 or > ReplicationMax)
        {
            throw new ArgumentOutOfRangeException(nameof(replication), replication, $"Replication is 1 to {ReplicationMax}.");
        }

        if (!(loadBound is >= 0 and <= 1))
        {
            throw new ArgumentOutOfRangeException(nameof(loadBound), loadBound, "The load bound is 0 to 1 (0.05 means 5 % above the share).");
        }

        var ring = HashRing.Of(members, virtualNodes);
        var ownersPerSlot = Math.Min(replication, ring.Members.Length);
        return new SlotTable(ring, replication, ownersPerSlot, SlotWalk.FindOwners(ring, ownersPerSlot, loadBound));
    }

    /// <summary>The owners of a slot as indices into <see cref="Members"/>, first owner first.</summary>
    public ReadOnlySpan<ushort> Owners(Slot slot) => _owners.AsSpan(slot.Number * OwnersPerSlot, OwnersPerSlot);

    /// <summary>The owners as one group; see <see cref="OwnerGroups"/> for the joint phase.</summary>
    public ReplicaSet Replicas(Slot slot) => new(_owners, slot.Number * OwnersPerSlot, OwnersPerSlot);

    /// <summary>How many slots each member owns, and of how many it is the first owner.</summary>
    public (int[] All, int[] First) Loads()
    {
        var all = new int[Members.Length];
        var first = new int[Members.Length];
        for (var i = 0; i < _owners.Length; i++)
        {
            all[_owners[i]]++;
            first[_owners[i]] += i % OwnersPerSlot == 0 ? 1 : 0;
        }

        return (all, first);
    }

    public string Describe()
    {
        var (all, first) = Loads();
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"slot table of {Members.Length} members, {OwnersPerSlot} owners a slot, digest {Digest:x16}\n");
        for (var member = 0; member < Members.Length; member++)
        {
            text.Append(CultureInfo.InvariantCulture, $"{member,4} {Members[member].Id} zone '{Members[member].Zone}'");
            text.Append(CultureInfo.InvariantCulture, $" owns {all[member]}, first of {first[member]}\n");
        }

        return text.ToString();
    }

    private ulong ComputeDigest()
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Span<byte> bytes = stackalloc byte[MemberId.Size];
        BinaryPrimitives.WriteUInt16BigEndian(bytes, (ushort)OwnersPerSlot);
        BinaryPrimitives.WriteUInt16BigEndian(bytes[2..], (ushort)Members.Length);
        hash.AppendData(bytes[..4]);
        foreach (var member in Members)
        {
            member.Id.WriteTo(bytes);
            hash.AppendData(bytes);
        }

        var owners = new byte[_owners.Length * sizeof(ushort)];
        for (var i = 0; i < _owners.Length; i++)
        {
            BinaryPrimitives.WriteUInt16BigEndian(owners.AsSpan(i * sizeof(ushort)), _owners[i]);
        }

        hash.AppendData(owners);
        return BinaryPrimitives.ReadUInt64BigEndian(hash.GetHashAndReset());
    }
}
