using KvStore.Node.Coordination;
using KvStore.Node.Registers;
using KvStore.Node.Ring;

namespace KvStore.Node.FrontEnds.Grpc;

/// <summary>One operation on one key, read from its message: alone or as part of a batch.</summary>
internal readonly record struct GrpcOperation(Key Key, Change Change, Consistency Level)
{
    public static RequestFailure? Read(Protocol.GetRequest request, RequestRules rules, out GrpcOperation operation) =>
        Read(request.Key, request.Consistency, null, Change.Identity, rules, out operation);

    public static RequestFailure? Read(Protocol.DeleteRequest request, RequestRules rules, out GrpcOperation operation) =>
        Read(request.Key, request.Consistency, request.Condition, Change.Delete() with { AnswersBefore = request.ReturnPrevious }, rules, out operation)?.OfWrite();

    public static RequestFailure? Read(Protocol.IncrementRequest request, RequestRules rules, out GrpcOperation operation) =>
        Read(request.Key, request.Consistency, request.Condition, Change.Increment(request.By), rules, out operation)?.OfWrite();

    public static RequestFailure? Read(Protocol.PutRequest request, RequestRules rules, out GrpcOperation operation)
    {
        operation = default;
        RequestFailure? failure = rules.CheckValue(request.Value.Length);
        if (failure is null && request.TtlMilliseconds is < 0 or > RequestRules.TimeToLiveMillisecondsMax)
        {
            failure = RequestFailure.Malformed(
                $"ttl_milliseconds is {request.TtlMilliseconds}: it must be from 1 to {RequestRules.TimeToLiveMillisecondsMax}, or 0 for ever.");
        }

        Change put = Change.Put(request.Value.Memory, request.TtlMilliseconds) with { AnswersBefore = request.ReturnPrevious };
        failure ??= Read(request.Key, request.Consistency, request.Condition, put, rules, out operation);
        return failure?.OfWrite();
    }

    public static RequestFailure? Read(Protocol.AppendRequest request, RequestRules rules, out GrpcOperation operation)
    {
        operation = default;
        RequestFailure? failure = rules.CheckValue(request.Value.Length) ?? Read(
            request.Key, request.Consistency, request.Condition, Change.Append(request.Value.Memory, rules.ValueBytesMax), rules, out operation);
        return failure?.OfWrite();
    }

    /// <summary>Of a batch.</summary>
    public static RequestFailure? ReadBatched(Protocol.BatchOperation request, RequestRules rules, out GrpcOperation operation)
    {
        operation = default;
        return request is { Put.ReturnPrevious: true } or { Delete.ReturnPrevious: true } ? ReturnsPrevious() : Read(request, rules, out operation);
    }

    /// <summary>Of a session or a batch.</summary>
    public static RequestFailure? Read(Protocol.BatchOperation? request, RequestRules rules, out GrpcOperation operation)
    {
        operation = default;
        return request?.OperationCase switch
        {
            Protocol.BatchOperation.OperationOneofCase.Get => Read(request.Get, rules, out operation),
            Protocol.BatchOperation.OperationOneofCase.Put => Read(request.Put, rules, out operation),
            Protocol.BatchOperation.OperationOneofCase.Delete => Read(request.Delete, rules, out operation),
            Protocol.BatchOperation.OperationOneofCase.Increment => Read(request.Increment, rules, out operation),
            Protocol.BatchOperation.OperationOneofCase.Append => Read(request.Append, rules, out operation),
            Protocol.BatchOperation.OperationOneofCase.None or null or _ => RequestFailure.Malformed("An operation is none of get, put, delete, increment, append."),
        };
    }

    public static RequestFailure? ReadLevel(Protocol.Consistency? consistency, RequestRules rules, out Consistency level)
    {
        level = rules.DefaultConsistency;
        switch (consistency?.LevelCase)
        {
            case null or Protocol.Consistency.LevelOneofCase.None:
                return null;
            case Protocol.Consistency.LevelOneofCase.Replicas when consistency.Replicas is > 0 and <= int.MaxValue:
                level = Consistency.Of((int)consistency.Replicas);
                return null;
            case Protocol.Consistency.LevelOneofCase.Replicas:
                return new RequestFailure(FailureKind.UnknownLevel, $"consistency.replicas is {consistency.Replicas}: it must be a number above 0.");
            default:
                return ReadLevel(consistency.Named, rules, out level);
        }
    }

    /// <summary>A write that took effect and whose answer then did not fit would be lost to whoever asked.</summary>
    private static RequestFailure ReturnsPrevious() => RequestFailure.Malformed(
        "return_previous is for single puts and deletes: the values of a batch may not fit one reply.").OfWrite();

    private static RequestFailure? ReadLevel(Protocol.Level named, RequestRules rules, out Consistency level)
    {
        level = named switch
        {
            Protocol.Level.Unspecified => rules.DefaultConsistency,
            Protocol.Level.One => Consistency.One,
            Protocol.Level.Quorum => Consistency.Quorum,
            Protocol.Level.All => Consistency.All,
            _ => default,
        };
        return level.Kind != ConsistencyKind.None
            ? null
            : new RequestFailure(FailureKind.UnknownLevel, $"consistency.named is {(int)named}: it must be one, quorum or all.");
    }

    private static RequestFailure? Read(
        Google.Protobuf.ByteString key,
        Protocol.Consistency? consistency,
        Protocol.Condition? condition,
        Change change,
        RequestRules rules,
        out GrpcOperation operation)
    {
        Consistency level = default;
        RequestFailure? failure = rules.CheckKey(key.Length)
            ?? ReadLevel(consistency, rules, out level)
            ?? ReadCondition(condition, ref change);
        operation = failure is null ? new GrpcOperation(new Key(key.ToByteArray()), change, level) : default;
        return failure;
    }

    private static RequestFailure? ReadCondition(Protocol.Condition? condition, ref Change change)
    {
        switch (condition?.KindCase)
        {
            case null:
                return null;
            case Protocol.Condition.KindOneofCase.Version when StateVersion.TryParse(condition.Version, out StateVersion version):
                change = change with { Condition = ConditionKind.Version, Expected = version };
                return null;
            case Protocol.Condition.KindOneofCase.Version:
                return RequestFailure.Malformed($"condition.version is \"{condition.Version}\": it must be a version that an answer gave.");
            case Protocol.Condition.KindOneofCase.Present when condition.Present:
                change = change with { Condition = ConditionKind.Present };
                return null;
            case Protocol.Condition.KindOneofCase.Absent when condition.Absent:
                change = change with { Condition = ConditionKind.Absent };
                return null;
            default:
                return RequestFailure.Malformed("condition is given but asks for nothing: set version, or present or absent to true.");
        }
    }
}
