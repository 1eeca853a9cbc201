using KvStore.Node.Coordination;

namespace KvStore.Tests.Coordination;

public sealed class LaneInputsTests
{
    private readonly LaneInputs _inputs = new();

    [Fact]
    public void What_ends_work_goes_first_and_upkeep_last()
    {
        LaneInputKind[] added = [LaneInputKind.Call, LaneInputKind.Operation, LaneInputKind.Requests, LaneInputKind.Replies, LaneInputKind.Durable];
        Array.ForEach(added, kind => Add(kind));
        Assert.Equal([LaneInputKind.Replies, LaneInputKind.Durable, LaneInputKind.Requests, LaneInputKind.Operation, LaneInputKind.Call], TakeAll());
    }

    [Fact]
    public void Whoever_was_passed_over_often_gets_a_turn()
    {
        for (int i = 0; i < 200; i++)
        {
            Array.ForEach([LaneInputKind.Replies, LaneInputKind.Requests, LaneInputKind.Operation, LaneInputKind.Call], kind => Add(kind));
        }

        List<LaneInputKind> taken = TakeAll()[..130];
        Assert.InRange(taken.Count(kind => kind == LaneInputKind.Requests), 20, 30);
        Assert.InRange(taken.Count(kind => kind == LaneInputKind.Operation), 10, 20);
        Assert.Equal(2, taken.Count(kind => kind == LaneInputKind.Call));
    }

    [Fact]
    public void Within_a_class_the_order_is_that_of_coming()
    {
        for (int number = 0; number < 100; number++)
        {
            Assert.True(_inputs.TryAdd(new LaneInput(number % 2 == 0 ? LaneInputKind.Durable : LaneInputKind.Replies, Number: number)));
        }

        for (int number = 0; number < 100; number++)
        {
            Assert.True(_inputs.TryTake(out LaneInput input));
            Assert.Equal(number, input.Number);
        }

        Assert.True(_inputs.IsEmpty);
    }

    [Fact]
    public void Frames_are_bounded_by_number_and_by_bytes_and_nothing_else_is_dropped()
    {
        for (int frame = 0; frame < LaneInputs.FramesMax; frame++)
        {
            Assert.True(Add(LaneInputKind.Requests));
        }

        Assert.False(Add(LaneInputKind.Replies));
        Assert.True(Add(LaneInputKind.Durable));
        Assert.Equal(LaneInputs.FramesMax + 1, TakeAll().Count);
        Assert.True(_inputs.TryAdd(new LaneInput(LaneInputKind.Requests, Number: LaneInputs.FrameBytesMax + 1)));
        Assert.False(_inputs.TryAdd(new LaneInput(LaneInputKind.Replies, Number: 1)));
        Assert.Single(TakeAll());
        Assert.True(_inputs.TryAdd(new LaneInput(LaneInputKind.Replies, Number: 1)));
    }

    private bool Add(LaneInputKind kind) => _inputs.TryAdd(new LaneInput(kind));

    private List<LaneInputKind> TakeAll()
    {
        List<LaneInputKind> taken = [];
        while (_inputs.TryTake(out LaneInput input))
        {
            taken.Add(input.Kind);
        }

        return taken;
    }
}
