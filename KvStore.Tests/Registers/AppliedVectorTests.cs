using KvStore.Node.Registers;

namespace KvStore.Tests.Registers;

public sealed class AppliedVectorTests
{
    [Fact]
    public void It_keeps_the_last_round_of_each_member()
    {
        Ballot pruned = Ballot.Zero;
        AppliedVector vector = AppliedVector.Empty.With(At(1, 1), ref pruned).With(At(2, 2), ref pruned).With(At(3, 1), ref pruned);
        Assert.Equal([At(3, 1), At(2, 2)], vector.Ballots.ToArray());
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
        Assert.Equal(AppliedVector.EntriesMax, vector.Ballots.Length);
        Assert.True(vector.Contains(At(200, 99)));
        Assert.False(vector.Contains(At(84, 16)));
    }

    private static Ballot At(long counter, ushort member) => new(Epoch.First, counter, member);
}
