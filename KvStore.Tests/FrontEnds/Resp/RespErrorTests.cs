using System.Text;
using KvStore.Node.Coordination;
using KvStore.Node.FrontEnds.Resp;
using KvStore.Node.Registers;
using Xunit;

namespace KvStore.Tests.FrontEnds.Resp;

public sealed class RespErrorTests
{
    [Fact]
    public void An_error_begins_with_what_became_of_the_command()
    {
        Dictionary<OperationFailure, string> notApplied = Enum.GetValues<OperationFailure>().Where(failure => failure != OperationFailure.None)
            .ToDictionary(failure => failure, failure => WordOf(OperationResult.NotApplied(failure), Change.Put(default)));
        Assert.Equal(
            new Dictionary<OperationFailure, string>
            {
                [OperationFailure.QuorumUnreachable] = "UNAVAILABLE",
                [OperationFailure.Deadline] = "UNAVAILABLE",
                [OperationFailure.Overloaded] = "OVERLOADED",
                [OperationFailure.DiskFull] = "UNAVAILABLE",
                [OperationFailure.StoreFailed] = "UNAVAILABLE",
                [OperationFailure.NotServing] = "UNAVAILABLE",
                [OperationFailure.LevelTooHigh] = "ERR",
                [OperationFailure.NeedsMajority] = "ERR",
            },
            notApplied);
    }

    [Theory]
    [InlineData((byte)OperationFailure.Deadline)]
    [InlineData((byte)OperationFailure.Overloaded)]
    [InlineData((byte)OperationFailure.StoreFailed)]
    [InlineData((byte)OperationFailure.QuorumUnreachable)]
    public void What_may_have_taken_effect_is_UNKNOWN_whatever_the_reason(byte failure) =>
        Assert.Equal("UNKNOWN", WordOf(OperationResult.Unknown((OperationFailure)failure), Change.Increment(1)));

    [Fact]
    public void A_read_that_was_not_answered_is_UNAVAILABLE() =>
        Assert.Equal("UNAVAILABLE", WordOf(OperationResult.NotApplied(OperationFailure.Deadline), Change.Identity));

    private static string WordOf(OperationResult result, Change change) =>
        Encoding.UTF8.GetString(RespError.Of(result, change, Consistency.Quorum).Bytes.Span).Split(' ')[0];
}
