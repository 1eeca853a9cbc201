using KvStore.Node.Storage;
using KvStore.Node.Storage.Faster;
using Xunit;
using static KvStore.Tests.Storage.StoreHarness;

namespace KvStore.Tests.Storage;

/// <summary>Where nothing is synced, whoever appends records commits them, and the committer what is left.</summary>
public sealed class UnsyncedCommitTests
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task Records_are_committed_by_who_appends_them_and_facts_are_not()
    {
        using TemporaryDirectory temporary = new(inMemory: true);
        await using FasterStore store = Open(temporary);
        (long Lsn, Thread? By) last = default;
        object gate = new();
        store.Start(new StoreEvents(
            lsn =>
            {
                lock (gate)
                {
                    last = (lsn, Thread.CurrentThread);
                }
            },
            failure => Assert.Fail(failure.Message),
            (_, _, _) => { }));

        long record = store.Append([StoreEntry.Of(KeyOf(1), Value(1))]);
        Assert.Equal((record, Thread.CurrentThread), Last());

        long fact = store.Append([StoreEntry.Of(FactOf(FactKind.Bound, 1, "a"))]);
        Assert.True(SpinWait.SpinUntil(() => Last().Lsn == fact, Deadline));
        Assert.NotEqual(Thread.CurrentThread, Last().By);

        (long Lsn, Thread? By) Last()
        {
            lock (gate)
            {
                return last;
            }
        }
    }

    /// <summary>Segments end all the time, checkpoints ask for syncs, facts go to the committer, and everybody commits.</summary>
    [Fact]
    public async Task Many_who_append_at_once_report_in_order_and_lose_nothing()
    {
        const int Threads = 4;
        const int Bursts = 1500;
        using TemporaryDirectory temporary = new(inMemory: true);
        long last = 0;
        int reporting = 0;
        List<string> wrong = [];
        FasterStore store = Open(temporary);
        store.Start(new StoreEvents(
            lsn =>
            {
                if (Interlocked.Increment(ref reporting) != 1 || lsn <= last)
                {
                    lock (wrong)
                    {
                        wrong.Add($"{lsn} after {last}");
                    }
                }

                last = lsn;
                Interlocked.Decrement(ref reporting);
            },
            failure => wrong.Add(failure.Message),
            (_, _, _) => { }));

        long appended = 0;
        Thread[] appenders = [.. Enumerable.Range(0, Threads).Select(thread => new Thread(() =>
        {
            for (int i = 0; i < Bursts; i++)
            {
                int number = (thread * Bursts) + i;
                StoreEntry[] burst = i % 50 == 0
                    ? [StoreEntry.Of(FactOf(FactKind.Hint, number, "hint"))]
                    : [StoreEntry.Of(KeyOf(number), Value(number, 200)), StoreEntry.Of(KeyOf(number), Value(number, 300))];
                Interlocked.Add(ref appended, burst.Length);
                store.Append(burst);
                if (i % 100 == 0)
                {
                    store.WantCheckpoint();
                }
            }
        }))];
        Array.ForEach(appenders, thread => thread.Start());
        Array.ForEach(appenders, thread => thread.Join());
        Assert.True(SpinWait.SpinUntil(() => store.Status.DurableLsn == appended, Deadline), $"{store.Status.DurableLsn} of {appended} after {Deadline}");
        await store.DisposeAsync();
        Assert.Empty(wrong);
        Assert.Equal(appended, last);

        await using FasterStore reopened = Open(temporary);
        Assert.Equal(appended, reopened.Contents.DurableLsn);
    }

    private static FasterStore Open(TemporaryDirectory directory) =>
        FasterStore.Open(FasterStoreHarness.Options(directory.At("store")) with { Durability = Durability.None });
}
