using System.Globalization;
using Google.Protobuf;
using Grpc.Core;
using Grpc.Net.Client;
using KvStore.Client;
using KvStore.Node.FrontEnds.Grpc;
using KvStore.Protocol;
using KvStore.Tests.FrontEnds;
using KvStore.Tests.Simulation.Histories;

namespace KvStore.Tests.Chaos;

/// <summary>
/// One node's gRPC, asked once for each operation: nothing is tried again. Writes go through the client library; reads do not,
/// because it keeps to itself the version of a key that was deleted.
/// </summary>
internal sealed class GrpcDoor(Uri address, TimeSpan patience, bool readsStale) : IDisposable
{
    private readonly GrpcChannel _channel = GrpcChannel.ForAddress(address);
    private readonly KvClient _client = new(new KvClientOptions { Endpoints = [address], RequestTimeout = patience });

    public async Task<ChaosAnswer> AskAsync(ChaosRequest request)
    {
        try
        {
            return request.Kind == OperationKind.Read ? await ReadAsync(request.Key) : await WriteAsync(request);
        }
        catch (KvException exception)
        {
            return exception.Outcome == KvOutcome.NotApplied ? ChaosAnswer.NotApplied : ChaosAnswer.Unknown;
        }
    }

    public void Dispose()
    {
        _client.Dispose();
        _channel.Dispose();
    }

    private async Task<ChaosAnswer> ReadAsync(string key)
    {
        try
        {
            GetReply reply = await _channel.CreateCallInvoker().AsyncUnaryCall(
                RunningNode.MethodOf<GetRequest, GetReply>(MethodType.Unary),
                host: null,
                new CallOptions(deadline: DateTime.UtcNow + patience),
                new GetRequest
                {
                    Key = ByteString.CopyFromUtf8(key),
                    Consistency = new Protocol.Consistency { Named = readsStale ? Level.One : Level.Quorum },
                });
            return new ChaosAnswer(RecordedOutcome.Committed, Found: reply.Version, Value: reply.Value.ToStringUtf8());
        }
        catch (RpcException exception) when (exception.StatusCode == StatusCode.NotFound)
        {
            ErrorDetail detail = ErrorDetail.Parser.ParseFrom(exception.Trailers.GetValueBytes(GrpcAnswer.ErrorTrailer));
            return new ChaosAnswer(RecordedOutcome.Committed, Found: detail.Version.Length > 0 ? detail.Version : ChaosAnswer.NoVersion);
        }
        catch (RpcException)
        {
            return ChaosAnswer.NotApplied;
        }
    }

    private async Task<ChaosAnswer> WriteAsync(ChaosRequest request)
    {
        switch (request.Kind)
        {
            case OperationKind.Put:
                return Made((await _client.PutAsync(request.Key, request.Value!)).Version!);
            case OperationKind.CompareAndSet:
                KvCondition condition = request.Expected is { } version ? KvCondition.VersionIs(version) : KvCondition.Absent;
                PutResult set = await _client.PutAsync(request.Key, request.Value!, condition: condition);
                return set.Applied ? Made(set.Version!) : ChaosAnswer.Declined;
            case OperationKind.Delete:
                DeleteResult delete = await _client.DeleteAsync(request.Key);
                return delete.Existed
                    ? Made(delete.Version!)
                    : new ChaosAnswer(RecordedOutcome.Committed, Found: delete.Version ?? ChaosAnswer.NoVersion);
            case OperationKind.Increment:
                IncrementResult sum = await _client.IncrementAsync(request.Key);
                return Made(sum.Version!) with { Value = sum.Value.ToString(CultureInfo.InvariantCulture) };
            default:
                throw new InvalidOperationException($"No write: {request.Kind}");
        }
    }

    private static ChaosAnswer Made(string version) => new(RecordedOutcome.Committed, Made: version);
}
