using System.Globalization;
using KvStore.Node.Registers;
using KvStore.Node.Ring;
using KvStore.Node.Storage;
using KvStore.Node.Topology;

namespace KvStore.Tests.Simulation.Cluster;

/// <summary>Whether the replicas of every key hold the same, byte for byte, on their disks.</summary>
/// <param name="sound">Members whose disks lost nothing; the others do not take part any more.</param>
internal sealed class ClusterConvergence(SimulatedCluster cluster, IEnumerable<Key> keys, IEnumerable<SimulatedMember> sound)
{
    /// <returns>Two replicas that are not alike, or a tombstone that could have been purged; null if there are none.</returns>
    public string? Difference()
    {
        List<SimulatedMember> members = [.. sound];
        List<Dictionary<Key, RegisterRecord>> contents = [.. members.Select(member => Contents(member.Disk))];
        TopologySnapshot topology = cluster.Decided.Last;
        bool isWhole = members.Count == topology.Document.Members.Count;
        foreach (Key key in keys)
        {
            List<(string Name, RegisterRecord Record)> replicas =
            [
                .. members.Select((member, index) => (member, index))
                    .Where(one => topology.OwnersOf(key.Slot).PlaceOf(one.member.Id) >= 0)
                    .Select(one => (one.member.Name, contents[one.index].GetValueOrDefault(key))),
            ];
            foreach ((SimulatedMember member, int index) in members.Select((member, index) => (member, index)))
            {
                if (topology.OwnersOf(key.Slot).PlaceOf(member.Id) < 0 && contents[index].TryGetValue(key, out RegisterRecord leftover))
                {
                    return string.Create(CultureInfo.InvariantCulture, $"{key} is {leftover} at {member.Name}, which does not own it");
                }
            }

            foreach ((string name, RegisterRecord record) in replicas)
            {
                if (!Encoded(record).SequenceEqual(Encoded(replicas[0].Record)))
                {
                    return string.Create(CultureInfo.InvariantCulture, $"{key} is {replicas[0].Record} at {replicas[0].Name} and {record} at {name}");
                }

                if (isWhole && record.State is { Kind: RegisterKind.Tombstone })
                {
                    return string.Create(CultureInfo.InvariantCulture, $"{key} is still {record} at {name}");
                }
            }
        }

        return null;
    }

    /// <summary>What a member that starts on the disk would hold.</summary>
    public static Dictionary<Key, RegisterRecord> Contents(SimulatedDisk disk)
    {
        Dictionary<Key, RegisterRecord> contents = [];
        foreach (StoreEntry entry in disk.Durable)
        {
            if (entry.Kind == StoreEntryKind.Record)
            {
                contents[entry.Key] = entry.Record;
            }
            else if (entry.Kind is StoreEntryKind.Purge or StoreEntryKind.Removal)
            {
                contents.Remove(entry.Key);
            }
        }

        return contents;
    }

    public static byte[] Encoded(in RegisterRecord record)
    {
        if (record.IsAbsent)
        {
            return [];
        }

        byte[] bytes = new byte[RegisterCodec.LengthOf(record)];
        RegisterCodec.Write(record, bytes);
        return bytes;
    }
}
