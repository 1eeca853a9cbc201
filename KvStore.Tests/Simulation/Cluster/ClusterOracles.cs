using System.Globalization;
using KvStore.Node.Registers;
using KvStore.Node.Ring;
using KvStore.Node.Storage;
using KvStore.Tests.Simulation.Histories;

namespace KvStore.Tests.Simulation.Cluster;

/// <summary>What must be true after a run, whatever happened in it.</summary>
internal static class ClusterOracles
{
    /// <param name="verdict">Of the run's history.</param>
    /// <returns>The first violation found, in words; null if there is none.</returns>
    public static string? Check(HistoryVerdict verdict, SimulatedCluster cluster) =>
        CheckDisks(cluster) ?? verdict.Violation?.ToString();

    /// <summary>One ballot, one state; and on each disk the ballots of a key only rise.</summary>
    private static string? CheckDisks(SimulatedCluster cluster)
    {
        Dictionary<(Key Key, Ballot Ballot), byte[]> states = [];
        foreach (SimulatedMember member in cluster.Members)
        {
            Dictionary<Key, Ballot> last = [];
            foreach (StoreEntry entry in member.Disk.Durable.Where(entry => entry.Kind is StoreEntryKind.Record or StoreEntryKind.Removal))
            {
                if (entry.Kind == StoreEntryKind.Removal)
                {
                    last.Remove(entry.Key); // the slot was lost; whoever gets it again begins with nothing
                    continue;
                }

                if (last.TryGetValue(entry.Key, out Ballot before) && entry.Record.Ballot <= before)
                {
                    return $"{member.Name} wrote {entry.Key} at {entry.Record.Ballot} after {before}.";
                }

                last[entry.Key] = entry.Record.Ballot;
                byte[] state = Encoded(entry.Record);
                if (!states.TryAdd((entry.Key, entry.Record.Ballot), state) && !states[(entry.Key, entry.Record.Ballot)].SequenceEqual(state))
                {
                    return string.Create(CultureInfo.InvariantCulture, $"{entry.Key} has two states at ballot {entry.Record.Ballot}.");
                }
            }
        }

        return null;
    }

    private static byte[] Encoded(in RegisterRecord record)
    {
        byte[] bytes = new byte[RegisterCodec.LengthOf(record)];
        RegisterCodec.Write(record, bytes);
        return bytes;
    }
}
