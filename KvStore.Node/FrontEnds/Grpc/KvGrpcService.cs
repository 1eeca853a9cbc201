using Grpc.Core;
using KvStore.Node.Coordination;
using KvStore.Node.Registers;
using KvStore.Node.Ring;
using KvStore.Node.Storage;
using Microsoft.AspNetCore.Http;

namespace KvStore.Node.FrontEnds.Grpc;

/// <summary><c>kvstore.v1.Kv</c>: messages to changes and results to messages.</summary>
internal sealed class KvGrpcService(Member member, Operations operations, GrpcBatch batch, GrpcSession session, RequestRules rules, TimeProvider time) : Protocol.Kv.KvBase
{
    private const int PageMax = 256;

    public override Task<Protocol.GetReply> Get(Protocol.GetRequest request, ServerCallContext context) =>
        RunAsync(GrpcOperation.Read(request, rules, out GrpcOperation operation), operation, context, static result => GrpcAnswer.Get(result));

    public override Task<Protocol.PutReply> Put(Protocol.PutRequest request, ServerCallContext context) =>
        RunAsync(GrpcOperation.Read(request, rules, out GrpcOperation operation), operation, context, static result => GrpcAnswer.Put(result));

    public override Task<Protocol.AppendReply> Append(Protocol.AppendRequest request, ServerCallContext context) =>
        RunAsync(GrpcOperation.Read(request, rules, out GrpcOperation operation), operation, context, static result => GrpcAnswer.Append(result));

    public override Task<Protocol.DeleteReply> Delete(Protocol.DeleteRequest request, ServerCallContext context) =>
        RunAsync(GrpcOperation.Read(request, rules, out GrpcOperation operation), operation, context, static result => GrpcAnswer.Delete(result));

    public override Task<Protocol.IncrementReply> Increment(Protocol.IncrementRequest request, ServerCallContext context) =>
        RunAsync(GrpcOperation.Read(request, rules, out GrpcOperation operation), operation, context, static result => GrpcAnswer.Increment(result));

    public override Task<Protocol.BatchReply> Batch(Protocol.BatchRequest request, ServerCallContext context) =>
        batch.RunAsync(request, GrpcDeadline.TimeoutOf(context, rules, time), context);

    [DisableHttpMetrics]
    public override Task Session(
        IAsyncStreamReader<Protocol.SessionRequest> requestStream, IServerStreamWriter<Protocol.SessionReply> responseStream, ServerCallContext context) =>
        session.RunAsync(requestStream, responseStream, context.CancellationToken);

    public override async Task Scan(Protocol.ScanRequest request, IServerStreamWriter<Protocol.ScanReply> responseStream, ServerCallContext context)
    {
        RequestFailure? failure = ReadSlots(request.Slots, out SlotSpans? slots) ?? ListingCursor.Check(request.Cursor.Span, request.Prefix.Span);
        ReadOnlyMemory<byte> after = request.Cursor.Memory;
        long left = request.Limit == 0 ? long.MaxValue : request.Limit;
        while (failure is null)
        {
            KeyListing listing = await member.Coordinator.ListAsync(
                request.Prefix.Memory,
                after,
                slots,
                (int)Math.Min(left, PageMax),
                GrpcDeadline.TimeoutOf(context, rules, time),
                context.CancellationToken);
            if (listing.Failure != OperationFailure.None)
            {
                failure = OperationAnswer.FailureOf(listing.Failure, Consistency.Quorum);
                break;
            }

            after = ListingCursor.After(listing);
            left -= listing.Entries.Count;
            await responseStream.WriteAsync(ReplyOf(listing, after), context.CancellationToken);
            if (after.IsEmpty || left <= 0)
            {
                return;
            }
        }

        GrpcAnswer.Fail(context, failure);
    }

    private static RequestFailure? ReadSlots(IReadOnlyList<Protocol.SlotSpan> asked, out SlotSpans? slots)
    {
        slots = null;
        if (asked.Count > SlotSpans.CountMax || asked.Any(span => span.First > span.Last || span.Last >= Slot.Count))
        {
            return RequestFailure.Malformed($"slots must be at most {SlotSpans.CountMax} spans within 0 to {Slot.Count - 1}, none of which ends before it begins.");
        }

        slots = asked.Count == 0 ? null : new SlotSpans([.. asked.Select(span => ((ushort)span.First, (ushort)span.Last))]);
        return null;
    }

    private static Protocol.ScanReply ReplyOf(KeyListing listing, ReadOnlyMemory<byte> cursor)
    {
        Protocol.ScanReply reply = new() { Cursor = Google.Protobuf.ByteString.CopyFrom(cursor.Span) };
        foreach (StorePageEntry entry in listing.Entries)
        {
            RegisterState state = entry.Record.State!;
            reply.Entries.Add(new Protocol.ScanEntry
            {
                Key = Google.Protobuf.ByteString.CopyFrom(entry.Key.Span),
                Version = state.Version.ToString(),
                ValueLength = (uint)entry.ValueLength,
                ExpiresAt = state.ExpiresAt,
            });
        }

        return reply;
    }

    /// <param name="failure">What is wrong with the request, if anything.</param>
    private async Task<TReply> RunAsync<TReply>(
        RequestFailure? failure, GrpcOperation operation, ServerCallContext context, Func<ChangeResult, TReply> reply)
        where TReply : new()
    {
        ChangeResult result = default;
        if (failure is null)
        {
            TimeSpan timeout = GrpcDeadline.TimeoutOf(context, rules, time);
            (result, failure) = await operations.RunAsync(
                operation.Key, operation.Change, operation.Level, timeout, context.CancellationToken);
        }

        if (failure is null)
        {
            return reply(result);
        }

        GrpcAnswer.Fail(context, failure);
        return new TReply();
    }
}
