using KvStore.Web.Slots;
using Xunit;

namespace KvStore.Tests.Web;

public sealed class SlotBrushTests
{
    [Fact]
    public void Corners_may_come_in_any_order()
    {
        int from = SlotSquare.SlotAt(row: 5, column: 10);
        int to = SlotSquare.SlotAt(row: 2, column: 40);

        Assert.Equal(new SlotBrush(SlotSquare.SlotAt(2, 10), SlotSquare.SlotAt(5, 40)), new SlotBrush(from, to));
        Assert.Equal(new SlotBrush(from, to), new SlotBrush(to, from));
    }

    [Fact]
    public void A_rectangle_is_one_span_a_row()
    {
        SlotBrush brush = new(SlotSquare.SlotAt(1, 3), SlotSquare.SlotAt(2, 5));

        Assert.Equal([(131, 133), (259, 261)], brush.Spans);
        Assert.Equal((6, "6 slots between 131 and 261"), (brush.Count, brush.Words));
        Assert.Equal(brush.Count, Enumerable.Range(0, SlotSquare.Count).Count(brush.Contains));
        Assert.All(brush.Spans, span => Assert.True(brush.Contains(span.First) && brush.Contains(span.Last) && !brush.Contains(span.Last + 1)));
    }

    [Fact]
    public void Whole_rows_are_one_span_and_so_is_everything()
    {
        Assert.Equal([(128, 383)], new SlotBrush(128, 383).Spans);
        SlotBrush all = new(0, SlotSquare.Count - 1);
        Assert.Equal([(0, 16_383)], all.Spans);
        Assert.Equal("slots 0 to 16,383", all.Words);
    }

    [Fact]
    public void The_tallest_rectangle_has_no_more_spans_than_a_member_takes() =>
        Assert.Equal(KvStore.Node.Ring.SlotSpans.CountMax, new SlotBrush(0, SlotSquare.SlotAt(127, 5)).Spans.Length);

    [Fact]
    public void One_slot_is_one_slot() => Assert.Equal((1, "slot 7"), (new SlotBrush(7, 7).Count, new SlotBrush(7, 7).Words));

    [Theory]
    [InlineData(-1, 0)]
    [InlineData(0, 16_384)]
    public void What_is_no_slot_is_refused(int from, int to) => Assert.Throws<ArgumentOutOfRangeException>(() => new SlotBrush(from, to));
}
