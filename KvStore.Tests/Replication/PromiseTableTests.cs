using KvStore.Node.Registers;
using KvStore.Node.Replication;
using KvStore.Node.Ring;

namespace KvStore.Tests.Replication;

public sealed class PromiseTableTests
{
    [Fact]
    public void What_the_bound_covers_counts_as_promised_for_every_key()
    {
        PromiseTable table = new(everyKey: At(10));
        Assert.Equal(At(10), table.For(KeyOf(1)));
        table.Promise(KeyOf(1), At(11));
        Assert.Equal(At(11), table.For(KeyOf(1)));
        Assert.Equal(At(10), table.For(KeyOf(2)));
    }

    [Fact]
    public void A_full_table_is_dropped_by_raising_what_counts_as_promised()
    {
        PromiseTable table = new(everyKey: Ballot.Zero, entriesMax: 3);
        table.Promise(KeyOf(1), At(5));
        table.Promise(KeyOf(2), At(9));
        table.Promise(KeyOf(3), At(7));
        table.Promise(KeyOf(4), At(8));
        for (int key = 1; key <= 5; key++)
        {
            Assert.Equal(At(9), table.For(KeyOf(key)));
        }

        Assert.Equal(0, table.Count);
    }

    [Fact]
    public void An_accept_retires_promises_up_to_its_ballot_and_no_others()
    {
        PromiseTable table = new(everyKey: Ballot.Zero);
        table.Promise(KeyOf(1), At(5));
        table.Retire(KeyOf(1), At(4));
        Assert.Equal(At(5), table.For(KeyOf(1)));
        table.Retire(KeyOf(1), At(5));
        Assert.Equal(Ballot.Zero, table.For(KeyOf(1)));
    }

    private static Ballot At(long counter) => new(Epoch.First, counter, 1);

    private static Key KeyOf(int number) => new([(byte)number]);
}
