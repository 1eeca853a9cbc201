using System.Buffers.Binary;
using System.Diagnostics;

namespace KvStore.Node.Telemetry;

/// <summary>
/// The one trace that a change of members leaves, from its proposal to the epoch that ends it. Every member computes its id from
/// the document that begins the change, so that nothing has to be sent along, and nothing is kept with what was decided.
/// </summary>
/// <remarks>Always recorded where anybody listens, because changes are rare. Its spans at different members have no parent in common.</remarks>
internal static class ChangeTrace
{
    /// <summary>Starts a span of a change without making it the thread's current one.</summary>
    /// <param name="cluster">Whose members change.</param>
    /// <param name="digest">Of the document that begins the change; only asked for where somebody listens.</param>
    /// <returns>Null when nobody listens.</returns>
    public static Activity? Start(string name, Guid cluster, Func<ulong> digest) =>
        NodeTelemetry.Source.HasListeners() ? NodeTelemetry.Start(name, ActivityKind.Internal, Of(cluster, digest())) : null;

    /// <summary>What spans of a change have as their parent: the trace, and no span.</summary>
    public static ActivityContext Of(Guid cluster, ulong digest)
    {
        Span<byte> id = stackalloc byte[16];
        cluster.TryWriteBytes(id);
        BinaryPrimitives.WriteUInt64BigEndian(id[8..], digest);
        return new ActivityContext(ActivityTraceId.CreateFromBytes(id), default, ActivityTraceFlags.Recorded);
    }
}
