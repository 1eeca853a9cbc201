using Wire = KvStore.Protocol;

namespace KvStore.Client.Calls;

/// <summary>The protocol's answers about keys in the client's words.</summary>
internal static class WireReplies
{
    public static KvValue? Value(Reply<Wire.GetReply> reply) =>
        reply.Failure is { StatusCode: Failures.NotFoundStatus } ? null : Value(reply.OrThrow());

    public static PutResult Put(Reply<Wire.PutReply> reply) =>
        IsConditionFailure(reply.Failure)
            ? new PutResult(Applied: false, reply.Failure!.Version)
            : new PutResult(Applied: true, reply.OrThrow().Version);

    public static DeleteResult Delete(Reply<Wire.DeleteReply> reply) =>
        IsConditionFailure(reply.Failure)
            ? new DeleteResult(Applied: false, Existed: false, reply.Failure!.Version)
            : Delete(reply.OrThrow());

    public static IncrementResult Increment(Reply<Wire.IncrementReply> reply) =>
        IsConditionFailure(reply.Failure)
            ? new IncrementResult(Applied: false, Value: 0, reply.Failure!.Version)
            : Increment(reply.OrThrow());

    public static AppendResult Append(Reply<Wire.AppendReply> reply) =>
        IsConditionFailure(reply.Failure)
            ? new AppendResult(Applied: false, ValueLength: 0, reply.Failure!.Version)
            : Append(reply.OrThrow());

    public static ReplaceResult GetAndSet(Reply<Wire.PutReply> reply)
    {
        if (IsConditionFailure(reply.Failure))
        {
            return new ReplaceResult(Applied: false, Previous: null, reply.Failure!.Version);
        }

        Wire.PutReply put = reply.OrThrow();
        KvValue? previous = put.HasPrevious ? new KvValue(put.Previous.Memory, put.PreviousVersion, Time(put.PreviousExpiresAt)) : null;
        return new ReplaceResult(Applied: true, previous, put.Version);
    }

    public static ReplaceResult GetAndDelete(Reply<Wire.DeleteReply> reply)
    {
        if (IsConditionFailure(reply.Failure))
        {
            return new ReplaceResult(Applied: false, Previous: null, reply.Failure!.Version);
        }

        Wire.DeleteReply delete = reply.OrThrow();
        KvValue? previous = delete.HasPrevious
            ? new KvValue(delete.Previous.Memory, delete.PreviousVersion, Time(delete.PreviousExpiresAt))
            : null;
        return new ReplaceResult(Applied: true, previous, Failures.TextOrNull(delete.Version));
    }

    public static KvEntry Entry(Wire.ScanEntry entry) =>
        new(new KvKey(entry.Key.Memory), entry.Version, entry.ValueLength, Time(entry.ExpiresAt));

    public static BatchResult[] Batch(IReadOnlyList<BatchOperation> operations, Wire.BatchReply reply, Uri endpoint)
    {
        if (reply.Results.Count != operations.Count)
        {
            throw new KvException(
                $"{endpoint.Authority} answered {reply.Results.Count} of {operations.Count} operations.",
                "transport",
                KvOutcome.Unknown)
            { Endpoint = endpoint };
        }

        BatchResult[] results = new BatchResult[operations.Count];
        for (int i = 0; i < results.Length; i++)
        {
            results[i] = Batch(operations[i].Kind, reply.Results[i], endpoint);
        }

        return results;
    }

    public static DateTimeOffset? Time(long unixMilliseconds) =>
        unixMilliseconds == 0 ? null : DateTimeOffset.FromUnixTimeMilliseconds(unixMilliseconds);

    private static BatchResult Batch(BatchOperationKind kind, Wire.BatchResult result, Uri endpoint) => result.ResultCase switch
    {
        Wire.BatchResult.ResultOneofCase.Get => new BatchResult { Value = Value(result.Get) },
        Wire.BatchResult.ResultOneofCase.Put => new BatchResult { Put = new PutResult(Applied: true, result.Put.Version) },
        Wire.BatchResult.ResultOneofCase.Delete => new BatchResult { Delete = Delete(result.Delete) },
        Wire.BatchResult.ResultOneofCase.Increment => new BatchResult { Increment = Increment(result.Increment) },
        Wire.BatchResult.ResultOneofCase.Append => new BatchResult { Append = Append(result.Append) },
        _ => BatchFailure(kind, Failures.Of(result.Error ?? new Wire.ErrorDetail(), OperationOf(kind), endpoint)),
    };

    private static BatchResult BatchFailure(BatchOperationKind kind, KvException failure)
    {
        if (kind == BatchOperationKind.Get && failure.StatusCode == Failures.NotFoundStatus)
        {
            return new BatchResult();
        }

        if (!IsConditionFailure(failure))
        {
            return new BatchResult { Error = failure };
        }

        return kind switch
        {
            BatchOperationKind.Put => new BatchResult { Put = new PutResult(Applied: false, failure.Version) },
            BatchOperationKind.Delete => new BatchResult { Delete = new DeleteResult(Applied: false, Existed: false, failure.Version) },
            BatchOperationKind.Append => new BatchResult { Append = new AppendResult(Applied: false, ValueLength: 0, failure.Version) },
            _ => new BatchResult { Increment = new IncrementResult(Applied: false, Value: 0, failure.Version) },
        };
    }

    private static Operation OperationOf(BatchOperationKind kind) => kind switch
    {
        BatchOperationKind.Get => Operation.Get,
        BatchOperationKind.Put => Operation.Put,
        BatchOperationKind.Delete => Operation.Delete,
        BatchOperationKind.Append => Operation.Append,
        _ => Operation.Increment,
    };

    private static bool IsConditionFailure(KvException? failure) => failure is { ErrorType: Failures.ConditionFailed };

    private static KvValue Value(Wire.GetReply reply) => new(reply.Value.Memory, reply.Version, Time(reply.ExpiresAt));

    private static DeleteResult Delete(Wire.DeleteReply reply) => new(Applied: true, reply.Existed, Failures.TextOrNull(reply.Version));

    private static AppendResult Append(Wire.AppendReply reply) => new(Applied: true, reply.ValueLength, reply.Version);

    private static IncrementResult Increment(Wire.IncrementReply reply) => new(Applied: true, reply.Value, reply.Version);
}
