using System.Collections.Concurrent;
using KvStore.Node.Peers;
using Xunit;

namespace KvStore.Tests.Peers;

public sealed class PeerLinkThreadTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    [Fact]
    public void Delegates_and_the_wire_are_called_without_a_lock_of_the_link()
    {
        LinkBed bed = new();
        int calls = 0;
        void UseFromAnotherThread()
        {
            calls++;
            Assert.True(Task.Run(() => bed.Link.Status).Wait(Patience), "The link is locked while it calls out.");
            Assert.True(Task.Run(() => bed.Link.TrySend(Messages.Read(1))).Wait(Patience), "The link is locked while it calls out.");
        }

        bed.OnChanged = (_, _) => UseFromAnotherThread();
        bed.Wire.OnSending = UseFromAnotherThread;
        bed.Opened();
        bed.Link.Close();
        Assert.InRange(calls, 4, 100);
    }

    [Fact]
    public async Task Messages_of_many_threads_all_leave_once_in_each_threads_order_one_frame_at_a_time()
    {
        const int Threads = 4;
        const int Each = 50_000;
        LinkBed bed = new LinkBed().Opened();
        int sending = 0;
        bed.Wire.OnSending = () => Assert.Equal(1, Interlocked.Increment(ref sending));
        bed.Wire.OnHandedOver = () => _ = Task.Run(() =>
        {
            Interlocked.Decrement(ref sending);
            bed.Link.OnSent();
        });
        await Task.WhenAll(Enumerable.Range(0, Threads).Select(thread => Task.Run(() =>
        {
            for (int i = 0; i < Each; i++)
            {
                ulong id = ((ulong)thread << 32) | (uint)i;
                Assert.True(SpinWait.SpinUntil(() => bed.Link.TrySend(Messages.Read(id)), Patience));
            }
        })));
        Assert.True(SpinWait.SpinUntil(() => bed.Link.Status.QueuedBytes == 0, Patience));

        ulong[] ids = [.. bed.Wire.Sent.SelectMany(frame => frame.Requests).Select(request => request.Id)];
        Assert.Equal(Threads * Each, ids.Length);
        for (int thread = 0; thread < Threads; thread++)
        {
            Assert.Equal(Enumerable.Range(0, Each), ids.Where(id => id >> 32 == (ulong)thread).Select(id => (int)(uint)id));
        }
    }

    [Fact]
    public async Task A_wire_is_not_opened_again_while_a_frame_of_its_last_connection_is_being_handed_over()
    {
        LinkBed bed = new LinkBed().Opened();
        using SemaphoreSlim inside = new(0);
        using SemaphoreSlim leave = new(0);
        bed.Wire.OnSending = () =>
        {
            inside.Release();
            Assert.True(leave.Wait(Patience));
        };
        CancellationToken cancellation = TestContext.Current.CancellationToken;
        Task sender = Task.Run(() => bed.Link.TrySend(Messages.Read(1)), cancellation);
        Assert.True(await inside.WaitAsync(Patience, cancellation));

        bed.Link.OnLost("reset");
        bed.Time.Advance(TimeSpan.FromMinutes(1));
        Assert.Single(bed.Wire.Calls, call => call == "open");

        leave.Release();
        await sender;
        bed.Wire.OnSending = () => { };
        bed.Time.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal(2, bed.Wire.Calls.Count(call => call == "open"));
    }

    [Fact]
    public async Task News_of_racing_losses_comes_in_order_and_ends_once()
    {
        for (int run = 0; run < 200; run++)
        {
            LinkBed bed = new();
            ConcurrentQueue<string> told = [];
            bed.OnChanged = (_, connected) => told.Enqueue(connected ? "open" : "lost");
            bed.Link.Start();
            bed.Link.OnOpened();
            CancellationToken cancellation = TestContext.Current.CancellationToken;
            await Task.WhenAll(
                Task.Run(() => bed.Link.OnFrame(bed.EmptyFromPeer), cancellation),
                Task.Run(bed.Link.Close, cancellation),
                Task.Run(() => bed.Link.TrySend(Messages.Read(1)), cancellation));
            bed.Link.OnLost("cancelled");
            Assert.Contains(string.Join(' ', told), new[] { "lost", "open lost" });
            Assert.Equal(["ended"], bed.Told);
        }
    }

    [Fact]
    public void Sending_a_message_allocates_nothing()
    {
        NullWire wire = new();
        LinkBed bed = new();
        PeerLinkOwner owner = new(
            to => bed.Header with { To = to }, _ => true, (_, _) => { }, (_, _) => { }, _ => { }, bed.Refusals, bed.Time, bed.Logger);
        PeerLink link = new(wire, LinkClass.Register, Messages.Member("b"), "b", new Random(1), owner);
        link.Start();
        link.OnOpened();
        link.OnFrame(bed.EmptyFromPeer);
        PeerRequest request = Messages.Accept(1, 100);
        long allocated = 0;
        for (int round = 0; round < 3; round++)
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            for (int i = 0; i < 10_000; i++)
            {
                Assert.True(link.TrySend(request));
            }

            allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        }

        Assert.Equal((0, 30_001), (allocated, wire.Frames));
    }

    private sealed class NullWire : IPeer
    {
        private PeerLink? _link;

        public int Frames { get; private set; }

        public void Open(PeerLink link) => _link = link;

        public void Send(ReadOnlyMemory<byte> frame)
        {
            Frames++;
            _link!.OnSent();
        }

        public void Close()
        {
        }
    }
}
