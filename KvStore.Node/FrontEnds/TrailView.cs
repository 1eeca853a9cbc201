using KvStore.Node.Coordination;
using KvStore.Node.Registers;

namespace KvStore.Node.FrontEnds;

/// <summary>What happens to a request that is followed, as clients see it.</summary>
internal static class TrailView
{
    public static Protocol.FollowEvent Of(in TrailEvent happened) => new()
    {
        Milliseconds = happened.Since.TotalMilliseconds,
        Kind = NameOf(happened.Kind),
        Phase = happened.Phase,
        Member = happened.Member,
        Reply = happened.Reply,
    };

    /// <param name="failure">Null if it did what it was asked for.</param>
    public static Protocol.FollowAnswer Of(in ChangeResult result, RequestFailure? failure)
    {
        bool isAbsent = failure is { Kind: var kind } && (kind == FailureKind.Absent || kind == FailureKind.Deleted);
        return new Protocol.FollowAnswer
        {
            Done = failure is null || isAbsent,
            Outcome = failure?.Outcome switch
            {
                OperationOutcome.NotApplied => Protocol.Outcome.NotApplied,
                OperationOutcome.Unknown => Protocol.Outcome.Unknown,
                OperationOutcome.Committed or null => Protocol.Outcome.Unspecified,
                _ => throw new InvariantViolation($"No such outcome: {failure.Outcome}"),
            },
            Text = failure?.Detail ?? "",
            Version = failure is null ? result.Version.ToString() : "",
            ValueLength = failure is null ? (uint)(result.State?.Value.Length ?? 0) : 0,
        };
    }

    private static string NameOf(TrailEventKind kind) => kind switch
    {
        TrailEventKind.PhaseBegun => "phase-begun",
        TrailEventKind.Asked => "asked",
        TrailEventKind.Hedged => "hedged",
        TrailEventKind.Probed => "probed",
        TrailEventKind.Replied => "replied",
        TrailEventKind.Unreachable => "unreachable",
        TrailEventKind.HedgeWon => "hedge-won",
        TrailEventKind.PhaseOver => "phase-over",
        TrailEventKind.HandedOver => "handed-over",
        TrailEventKind.Answered => "answered",
        TrailEventKind.AcceptedLate => "accepted-late",
        TrailEventKind.Hinted => "hinted",
        TrailEventKind.Taught => "taught",
        _ => throw new InvariantViolation($"No such event: {kind}"),
    };
}
