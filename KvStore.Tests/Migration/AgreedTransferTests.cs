using KvStore.Node.Coordination;
using KvStore.Node.Migration;
using KvStore.Node.Peers;
using KvStore.Node.Registers;
using KvStore.Node.Replication;
using KvStore.Node.Ring;
using KvStore.Node.Storage;
using KvStore.Node.Topology;
using KvStore.Tests.Cluster;
using KvStore.Tests.Coordination;
using KvStore.Tests.Peers;
using KvStore.Tests.Storage;
using Xunit;

namespace KvStore.Tests.Migration;

/// <summary>A member joins three that hold nothing, and asks for digests of its slots.</summary>
public sealed class AgreedTransferTests
{
    private const int PortionMost = 512;

    private static readonly MemberId Self = Owners.Member(4).Id;

    private readonly CancellationToken _cancellation = TestContext.Current.CancellationToken;
    private readonly ManualTime _time = new();
    private readonly Lock _lock = new();
    private readonly List<(MemberId Source, int Slots, long At)> _asked = [];
    private readonly HashSet<MemberId> _silent = [];

    [Fact]
    public async Task It_asks_for_some_slots_at_a_time_and_rests_between()
    {
        await RunAsync(TransferSettings.Default.QuestionRest);

        foreach (IGrouping<MemberId, (MemberId Source, int Slots, long At)> asked in _asked.GroupBy(question => question.Source))
        {
            Assert.InRange(asked.Count(), 2, Slot.Count);
            Assert.All(asked, question => Assert.InRange(question.Slots, 1, PortionMost));
            Assert.All(asked.Zip(asked.Skip(1)), two => Assert.InRange(_time.GetElapsedTime(two.First.At, two.Second.At), TransferSettings.Default.QuestionRest, TimeSpan.MaxValue));
        }
    }

    [Fact]
    public async Task A_source_that_does_not_answer_is_waited_for_once()
    {
        MemberId silent = Owners.Member(2).Id;
        _silent.Add(silent);
        await RunAsync(TimeSpan.FromSeconds(1));
        Assert.Single(_asked, question => question.Source == silent);
    }

    /// <summary>Until every slot is complete, which two of three old owners are enough for.</summary>
    /// <param name="step">By which time goes on.</param>
    private async Task RunAsync(TimeSpan step)
    {
        await using StoreHarness harness = StoreHarness.Open(StoreKind.Simulated);
        TopologySnapshot joint = JointTopology.Of([1, 2, 3], [1, 2, 3, 4]);
        BulkCalls? calls = null;
        calls = new BulkCalls(Answer, _time);
        TransferProgress progress = new(new CompleteSlots(harness.Store.Contents), _time);
        SlotPages pages = new(new Topologies(joint), calls, new TransferPace(_ => 0, _time, TransferSettings.Default with { BytesPerSecondMax = 1 }), progress, new TransferTrace(), ProtocolSettings.Sound);
        AgreedTransfer transfer = new(
            Self, harness.Store, pages, new LaneTransfers((_, _) => Assert.Fail("nothing is to be written"), progress, ProtocolSettings.Sound), progress, ProtocolSettings.Sound);

        IReadOnlyList<SlotPull> pulls = TransferPlan.For(joint, Self);
        List<Slot> complete = [];
        Task running = transfer.RunAsync(joint, pulls, CompleteAsync, _cancellation);
        await Eventually.IsAsync("it ends", true, _ => IsAfterAWhileAsync(), _cancellation);
        await running;
        Assert.Equal(pulls.Select(pull => pull.Slot), complete);

        Task CompleteAsync(IReadOnlyList<Slot> slots)
        {
            complete.AddRange(slots);
            return Task.CompletedTask;
        }

        Task<bool> IsAfterAWhileAsync()
        {
            _time.Advance(step);
            return Task.FromResult(running.IsCompleted);
        }

        bool Answer(MemberId to, LinkClass linkClass, in PeerRequest request)
        {
            int slots = request.Slots!.Numbers.Count;
            lock (_lock)
            {
                _asked.Add((to, slots, _time.GetTimestamp()));
            }

            if (!_silent.Contains(to))
            {
                IReadOnlyList<SlotDigest?> digests = [.. Enumerable.Repeat((SlotDigest?)default(SlotDigest), slots)];
                calls!.OnReply(new PeerReply(
                    PeerReplyKind.Digests, request.Id, joint.Epoch, Digests: digests, Slots: new SlotNews([.. Enumerable.Repeat(Ballot.Zero, slots)], Complete: null)));
            }

            return true;
        }
    }
}
