using KvStore.Node.Registers;

namespace KvStore.Tests.Registers;

public sealed class RegisterCodecTests
{
    [Fact]
    public void Every_kind_of_record_reads_back_as_it_was_written()
    {
        Random random = new(1);
        HashSet<RegisterKind> kinds = [];
        HashSet<int> vectorLengths = [];
        for (int i = 0; i < 2_000; i++)
        {
            RegisterRecord record = Any(random);
            byte[] bytes = new byte[RegisterCodec.LengthOf(record)];
            RegisterCodec.Write(record, bytes);
            Assert.True(RegisterCodec.TryRead(bytes, out RegisterRecord back));
            AssertSame(record, back);
            kinds.Add(record.State!.Kind);
            vectorLengths.Add(record.State.Vector.Count);
        }

        Assert.Equal(3, kinds.Count);
        Assert.Equal(AppliedVector.EntriesMax + 1, vectorLengths.Count);
    }

    [Fact]
    public void Bytes_that_are_cut_short_inside_the_head_are_no_record()
    {
        RegisterRecord record = Any(new Random(7));
        byte[] bytes = new byte[RegisterCodec.LengthOf(record)];
        RegisterCodec.Write(record, bytes);
        int head = bytes.Length - record.State!.Value.Length;
        for (int length = 0; length < head; length++)
        {
            Assert.False(RegisterCodec.TryRead(bytes.AsMemory(0, length), out _));
        }
    }

    [Fact]
    public void A_tombstone_with_bytes_behind_it_is_no_record()
    {
        RegisterRecord record = new(BallotOf(3), new RegisterState { Kind = RegisterKind.Tombstone });
        byte[] bytes = new byte[RegisterCodec.LengthOf(record) + 1];
        RegisterCodec.Write(record, bytes);
        Assert.False(RegisterCodec.TryRead(bytes, out _));
    }

    private static RegisterRecord Any(Random random)
    {
        RegisterKind kind = (RegisterKind)random.Next(3);
        byte[] value = new byte[kind == RegisterKind.Value ? random.Next(50) : 0];
        random.NextBytes(value);
        Ballot[] vector = new Ballot[random.Next(AppliedVector.EntriesMax + 1)];
        for (ushort i = 0; i < vector.Length; i++)
        {
            vector[i] = new Ballot(new Epoch((uint)random.Next(1, 9)), random.NextInt64(1, HybridClock.CounterMax), i);
        }

        return new RegisterRecord(BallotOf(random.NextInt64(1, HybridClock.CounterMax)), new RegisterState
        {
            Kind = kind,
            Value = value,
            ExpiresAt = random.Next(2) == 0 ? 0 : random.NextInt64(),
            Version = new StateVersion(BallotOf(random.NextInt64(1, HybridClock.CounterMax)), (ushort)random.Next(ushort.MaxValue)),
            Vector = AppliedVector.Of(vector),
            Pruned = BallotOf(random.NextInt64(0, 10)),
        });
    }

    private static Ballot BallotOf(long counter) => new(new Epoch(2), counter, 5);

    private static void AssertSame(in RegisterRecord expected, in RegisterRecord actual)
    {
        RegisterState left = expected.State!;
        RegisterState right = actual.State!;
        Assert.Equal(
            (expected.Ballot, left.Kind, left.ExpiresAt, left.Version, left.Pruned),
            (actual.Ballot, right.Kind, right.ExpiresAt, right.Version, right.Pruned));
        Assert.Equal(left.Value.ToArray(), right.Value.ToArray());
        Assert.Equal(left.Vector.ToArray(), right.Vector.ToArray());
    }
}
