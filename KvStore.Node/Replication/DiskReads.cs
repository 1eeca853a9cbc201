using System.Diagnostics;
using KvStore.Node.Ring;
using KvStore.Node.Storage;
using KvStore.Node.Telemetry;

namespace KvStore.Node.Replication;

/// <summary>One lane's reads that only the disk can answer, each with its span where who asked first is traced.</summary>
internal sealed class DiskReads(int lane, IStore store)
{
    private readonly Dictionary<long, (Key Key, Activity? Span)> _underway = [];
    private long _last;

    public void Begin(in Key key, ActivityContext asker)
    {
        long token = ++_last;
        _underway.Add(token, (key, NodeTelemetry.Start("read disk", ActivityKind.Internal, asker)));
        store.BeginRead(lane, key, token);
    }

    /// <returns>The key that was read.</returns>
    public Key End(long token)
    {
        Invariant.Holds(_underway.Remove(token, out (Key Key, Activity? Span) read));
        NodeTelemetry.Stop(read.Span);
        return read.Key;
    }
}
