using Google.Protobuf;
using KvStore.Node;
using KvStore.Node.Coordination;
using KvStore.Node.FrontEnds;
using KvStore.Node.FrontEnds.Grpc;
using KvStore.Node.Registers;
using KvStore.Node.Ring;
using KvStore.Protocol;
using Xunit;
using Consistency = KvStore.Node.Coordination.Consistency;

namespace KvStore.Tests.FrontEnds.Grpc;

public sealed class GrpcOperationTests
{
    private static readonly RequestRules Rules = new(new NodeOptions { KeyBytesMax = 4, ValueBytesMax = 5, DefaultConsistency = Consistency.All });
    private static readonly ByteString Key = ByteString.CopyFrom(0xFF, 0x00);

    [Fact]
    public void A_get_at_no_level_is_a_read_at_the_default_level()
    {
        Assert.Null(GrpcOperation.Read(new GetRequest { Key = Key }, Rules, out GrpcOperation operation));
        Assert.Equal(new GrpcOperation(new Key([0xFF, 0x00]), Change.Identity, Consistency.All), operation);
    }

    [Fact]
    public void A_put_carries_value_time_to_live_level_and_condition()
    {
        PutRequest request = new()
        {
            Key = Key,
            Value = ByteString.CopyFrom(1, 2),
            TtlMilliseconds = 1500,
            Consistency = new() { Replicas = 2 },
            Condition = new() { Absent = true },
        };

        Assert.Null(GrpcOperation.Read(request, Rules, out GrpcOperation operation));
        Assert.Equal([1, 2], operation.Change.Value.ToArray());
        Assert.Equal(
            (Consistency.Of(2), ChangeKind.Put, 1500L, ConditionKind.Absent),
            (operation.Level, operation.Change.Kind, operation.Change.TimeToLive, operation.Change.Condition));
    }

    [Theory]
    [InlineData(0, "empty-key", "The key is empty.")]
    [InlineData(5, "key-too-long", "The key has 5 bytes; 4 are allowed (KvStore:KeyBytesMax).")]
    public void Empty_and_over_long_keys_are_refused(int length, string type, string detail)
    {
        DeleteRequest request = new() { Key = ByteString.CopyFrom(new byte[length]) };

        Assert.Equal((type, detail, OperationOutcome.NotApplied), Refused(GrpcOperation.Read(request, Rules, out _)));
    }

    [Fact]
    public void A_value_over_the_limit_is_refused() => Assert.Equal(
        ("value-too-large", "The value has 6 bytes; 5 are allowed (KvStore:ValueBytesMax).", OperationOutcome.NotApplied),
        Refused(GrpcOperation.Read(new PutRequest { Key = Key, Value = ByteString.CopyFrom(new byte[6]) }, Rules, out _)));

    [Fact]
    public void A_negative_time_to_live_is_refused() => Assert.Equal(
        ("malformed", "ttl_milliseconds is -1: it must be from 1 to 3162240000000, or 0 for ever.", OperationOutcome.NotApplied),
        Refused(GrpcOperation.Read(new PutRequest { Key = Key, TtlMilliseconds = -1 }, Rules, out _)));

    [Fact]
    public void Unknown_levels_are_refused()
    {
        GetRequest none = new() { Key = Key, Consistency = new() { Replicas = 0 } };
        GetRequest unknown = new() { Key = Key, Consistency = new() { Named = (Level)9 } };

        Assert.Equal(
            ("unknown-consistency", "consistency.replicas is 0: it must be a number above 0.", null), Refused(GrpcOperation.Read(none, Rules, out _)));
        Assert.Equal(
            ("unknown-consistency", "consistency.named is 9: it must be one, quorum or all.", null), Refused(GrpcOperation.Read(unknown, Rules, out _)));
    }

    [Fact]
    public void Conditions_that_ask_for_nothing_are_refused()
    {
        const string AsksForNothing = "condition is given but asks for nothing: set version, or present or absent to true.";
        Assert.Equal(("malformed", AsksForNothing, OperationOutcome.NotApplied), Refused(WithCondition(new())));
        Assert.Equal(("malformed", AsksForNothing, OperationOutcome.NotApplied), Refused(WithCondition(new() { Present = false })));
        Assert.Equal(("malformed", AsksForNothing, OperationOutcome.NotApplied), Refused(WithCondition(new() { Absent = false })));
        Assert.Equal(
            ("malformed", "condition.version is \"x\": it must be a version that an answer gave.", OperationOutcome.NotApplied),
            Refused(WithCondition(new() { Version = "x" })));
    }

    [Fact]
    public void A_batch_operation_that_is_none_is_refused() => Assert.Equal(
        ("malformed", "An operation is none of get, put, delete, increment, append.", null),
        Refused(GrpcOperation.Read(new BatchOperation(), Rules, out _)));

    private static RequestFailure? WithCondition(Condition condition) =>
        GrpcOperation.Read(new IncrementRequest { Key = Key, By = 1, Condition = condition }, Rules, out _);

    private static (string Type, string Detail, OperationOutcome? Outcome) Refused(RequestFailure? failure) =>
        (failure!.Kind.Type, failure.Detail, failure.Outcome);
}
