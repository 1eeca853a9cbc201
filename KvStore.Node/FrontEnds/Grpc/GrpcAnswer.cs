using Google.Protobuf;
using Grpc.Core;
using KvStore.Node.Coordination;
using KvStore.Node.Registers;

namespace KvStore.Node.FrontEnds.Grpc;

/// <summary>What was done, and what went wrong, as messages.</summary>
internal static class GrpcAnswer
{
    /// <summary>Trailer with an <see cref="Protocol.ErrorDetail"/>.</summary>
    public const string ErrorTrailer = "kvstore-error-bin";

    public static Protocol.GetReply Get(in ChangeResult result) => new()
    {
        // Values are never written to, so the reply may point into the register.
        Value = UnsafeByteOperations.UnsafeWrap(result.State!.Value),
        Version = result.Version.ToString(),
        ExpiresAt = result.State.ExpiresAt,
    };

    public static Protocol.PutReply Put(in ChangeResult result)
    {
        Protocol.PutReply reply = new() { Version = result.Version.ToString() };
        if (result.Before is { HasValue: true } before)
        {
            reply.Previous = UnsafeByteOperations.UnsafeWrap(before.Value);
            reply.PreviousVersion = before.Version.ToString();
            reply.PreviousExpiresAt = before.ExpiresAt;
        }

        return reply;
    }

    public static Protocol.AppendReply Append(in ChangeResult result) =>
        new() { Version = result.Version.ToString(), ValueLength = (uint)result.Number };

    public static Protocol.DeleteReply Delete(in ChangeResult result)
    {
        Protocol.DeleteReply reply = new() { Existed = result.Existed, Version = result.State is null ? "" : result.Version.ToString() };
        if (result.Before is { HasValue: true } before)
        {
            reply.Previous = UnsafeByteOperations.UnsafeWrap(before.Value);
            reply.PreviousVersion = before.Version.ToString();
            reply.PreviousExpiresAt = before.ExpiresAt;
        }

        return reply;
    }

    public static Protocol.IncrementReply Increment(in ChangeResult result) =>
        new() { Value = result.Number, Version = result.Version.ToString() };

    /// <summary>The answer within a batch.</summary>
    public static Protocol.BatchResult Batched(Change change, in ChangeResult result) => change.Kind switch
    {
        ChangeKind.Identity => new() { Get = Get(result) },
        ChangeKind.Put => new() { Put = Put(result) },
        ChangeKind.Delete => new() { Delete = Delete(result) },
        ChangeKind.Increment => new() { Increment = Increment(result) },
        ChangeKind.Append => new() { Append = Append(result) },
        _ => throw new InvariantViolation($"Unknown change {change.Kind}"),
    };

    public static Protocol.ErrorDetail DetailOf(RequestFailure failure) => new()
    {
        Code = (int)failure.GrpcStatus,
        Type = failure.Kind.Type,
        Message = failure.Detail,
        Outcome = failure.Outcome switch
        {
            null or OperationOutcome.Committed => Protocol.Outcome.Unspecified,
            OperationOutcome.NotApplied => Protocol.Outcome.NotApplied,
            OperationOutcome.Unknown => Protocol.Outcome.Unknown,
            _ => throw new InvariantViolation($"Unknown outcome {failure.Outcome}"),
        },
        Version = failure.Version == StateVersion.None ? "" : failure.Version.ToString(),
    };

    /// <summary>
    /// Makes the call fail. The status is set, not thrown: a get of an absent key is ordinary, and an exception costs more
    /// than the read. The caller answers with an empty message, which clients drop when the status is not OK.
    /// </summary>
    public static void Fail(ServerCallContext context, RequestFailure failure)
    {
        context.Status = new Status(failure.GrpcStatus, failure.Detail);
        context.ResponseTrailers.Add(ErrorTrailer, DetailOf(failure).ToByteArray());
    }
}
