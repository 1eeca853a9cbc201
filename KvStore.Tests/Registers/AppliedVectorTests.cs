using KvStore.Node;
using KvStore.Node.Registers;

namespace KvStore.Tests.Registers;

public sealed class AppliedVectorTests
{
    [Fact]
    public void It_keeps_the_last_round_of_each_member()
    {
        Ballot pruned = Ballot.Zero;
        AppliedVector vector = AppliedVector.Empty.With(At(1, 1), ref pruned).With(At(2, 2), ref pruned).With(At(3, 1), ref pruned);
        Assert.Equal([At(3, 1), At(2, 2)], vector.ToArray());
        Assert.False(vector.Contains(At(1, 1)));
        Assert.Equal(Ballot.Zero, pruned);
    }

    [Fact]
    public void A_seventeenth_member_puts_the_lowest_out_and_raises_what_is_pruned()
    {
        Ballot pruned = Ballot.Zero;
        AppliedVector vector = AppliedVector.Empty;
        for (ushort member = 1; member <= AppliedVector.EntriesMax; member++)
        {
            vector = vector.With(At(100 - member, member), ref pruned);
        }

        Assert.Equal(Ballot.Zero, pruned);
        vector = vector.With(At(200, 99), ref pruned);
        Assert.Equal(At(84, 16), pruned);
        Assert.Equal(AppliedVector.EntriesMax, vector.Count);
        Assert.True(vector.Contains(At(200, 99)));
        Assert.False(vector.Contains(At(84, 16)));
    }

    [Fact]
    public void It_shares_the_memory_it_was_read_from_and_a_copy_does_not()
    {
        byte[] encoded = AppliedVector.Of([At(1, 1), At(2, 2)]).Encoded.ToArray();
        AppliedVector shared = AppliedVector.OfEncoded(encoded);
        AppliedVector copy = shared.Copy();

        At(9, 1).WriteTo(encoded);

        Assert.Equal([At(9, 1), At(2, 2)], shared.ToArray());
        Assert.Equal([At(1, 1), At(2, 2)], copy.ToArray());
    }

    [Fact]
    public void A_vector_of_more_members_than_it_takes_or_of_part_of_a_ballot_is_a_bug()
    {
        Assert.Throws<InvariantViolation>(() => AppliedVector.OfEncoded(new byte[(AppliedVector.EntriesMax + 1) * Ballot.EncodedLength]));
        Assert.Throws<InvariantViolation>(() => AppliedVector.OfEncoded(new byte[Ballot.EncodedLength - 1]));
    }

    private static Ballot At(long counter, ushort member) => new(Epoch.First, counter, member);
}
