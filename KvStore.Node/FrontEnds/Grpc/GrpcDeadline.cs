using Grpc.Core;

namespace KvStore.Node.FrontEnds.Grpc;

/// <summary>How long a call may take, by its deadline and the member's limit.</summary>
internal static class GrpcDeadline
{
    private static readonly TimeSpan MarginMax = TimeSpan.FromMilliseconds(50);

    /// <summary>
    /// A little less than the call has: at its deadline the server ends it with nothing but DEADLINE_EXCEEDED, and an answer
    /// that knows better (not applied) should get out before.
    /// </summary>
    public static TimeSpan TimeoutOf(ServerCallContext context, RequestRules rules, TimeProvider time)
    {
        if (context.Deadline == DateTime.MaxValue)
        {
            return rules.TimeoutOf(null);
        }

        return rules.TimeoutOf(Within(context.Deadline - time.GetUtcNow().UtcDateTime));
    }

    /// <summary>A little less than what is left, as <see cref="TimeoutOf"/>.</summary>
    public static TimeSpan Within(TimeSpan left)
    {
        TimeSpan margin = TimeSpan.FromTicks(Math.Min(left.Ticks / 10, MarginMax.Ticks));
        return TimeSpan.FromTicks(Math.Max((left - margin).Ticks, TimeSpan.TicksPerMillisecond));
    }
}
