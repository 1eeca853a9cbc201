using KvStore.Node.Coordination;
using KvStore.Node.Registers;
using Xunit;

namespace KvStore.Tests.Coordination;

public sealed class SoleDecisionTests
{
    private const long Wall = 1_000;

    private static readonly byte[] Value = "new"u8.ToArray();

    public static TheoryData<string> Before => ["absent", "value", "expired", "expires later", "tombstone", "full vector"];

    [Theory]
    [MemberData(nameof(Before))]
    public void A_put_of_a_batch_is_the_put_of_an_operation(string before)
    {
        RegisterRecord accepted = RecordOf(before);
        SoleDecision single = SoleDecision.Of(At(100), accepted, At(7), Change.Put(Value), Wall, vectorEntriesMax: 2);
        RegisterRecord together = SoleDecision.Put(At(100), accepted, At(7), Value, Wall, vectorEntriesMax: 2);
        Assert.Equal(Encoded(single.Record), Encoded(together));
        Assert.Equal(single.Result.Version, together.State!.Version);
    }

    [Theory]
    [MemberData(nameof(Before))]
    public void An_only_owner_decides_as_a_round_of_one_replica(string before)
    {
        RegisterRecord accepted = RecordOf(before);
        foreach (Change change in (Change[])[Change.Put(Value), Change.Delete(), Change.Increment(1), Change.Put(Value) with { Condition = ConditionKind.Absent }])
        {
            ReadQuorum reports = new(Owners.Of(1));
            reports.Add(0, accepted);
            Operation operation = new(new("k"u8.ToArray()), change, Consistency.Quorum, 0, 0, default);
            RoundPlan plan = RoundPlan.Make(At(100), reports, At(7), [operation], [], Wall, protocol: new ProtocolSettings { VectorEntriesMax = 2 });
            SoleDecision decision = SoleDecision.Of(At(100), accepted, At(7), change, Wall, vectorEntriesMax: 2);
            Assert.Equal(plan.AnswersNow, decision.Record.IsAbsent);
            Assert.Equal(plan.Results[0].Outcome, decision.Result.Outcome);
            Assert.Equal(plan.Results[0].Version, decision.Result.Version);
            if (!plan.AnswersNow)
            {
                Assert.Equal(Encoded(plan.Record), Encoded(decision.Record));
            }
        }
    }

    private static RegisterRecord RecordOf(string kind) => kind switch
    {
        "absent" => RegisterRecord.Absent,
        "value" => Record(RegisterKind.Value, RegisterState.Never, 1),
        "expired" => Record(RegisterKind.Value, Wall - 1, 1),
        "expires later" => Record(RegisterKind.Value, Wall + 1, 1),
        "tombstone" => Record(RegisterKind.Tombstone, RegisterState.Never, 1),
        _ => Record(RegisterKind.Value, RegisterState.Never, 2, 3),
    };

    private static RegisterRecord Record(RegisterKind kind, long expiresAt, params ushort[] ordinals) => new(At(9), new RegisterState
    {
        Kind = kind,
        Value = kind == RegisterKind.Value ? "5"u8.ToArray() : default,
        ExpiresAt = expiresAt,
        Version = new StateVersion(At(9), 1),
        Vector = AppliedVector.Of([.. ordinals.Select(ordinal => new Ballot(Epoch.First, 8, ordinal))]),
        Pruned = At(3),
    });

    private static Ballot At(long counter) => new(Epoch.First, counter, 1);

    private static string Encoded(in RegisterRecord record)
    {
        byte[] bytes = new byte[RegisterCodec.LengthOf(record)];
        RegisterCodec.Write(record, bytes);
        return Convert.ToHexString(bytes);
    }
}
