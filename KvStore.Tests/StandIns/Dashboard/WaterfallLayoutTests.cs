using System.Collections.Immutable;
using System.Globalization;
using Aspire.Dashboard.Display;
using Aspire.Dashboard.Otlp;
using Aspire.Dashboard.Otlp.Wire;
using Aspire.Dashboard.Telemetry;

namespace KvStore.Tests.StandIns.Dashboard;

/// <summary>Every span that has arrived has its line, whatever is missing around it.</summary>
public sealed class WaterfallLayoutTests
{
    [Fact]
    public void Children_stand_below_their_parents_in_the_order_of_their_starts() => Assert.Equal(
        """
        0 root 0-1
          1 early 0-0.5
            2 leaf 0.1-0.2
          1 late 0.5-0.7
        """,
        Describe(
            [Otlp.Span(1, 4, 2, "leaf", at: 10, milliseconds: 10), Otlp.Span(1, 3, 1, "late", at: 50, milliseconds: 20), Otlp.Span(1, 2, 1, "early", milliseconds: 50), Otlp.Span(1, 1, 0, "root", milliseconds: 100)]));

    [Fact]
    public void A_span_whose_parent_has_not_arrived_is_a_root_and_marked() => Assert.Equal(
        """
        0 orphan orphan 0-0.5
          1 child 0.5-1
        """,
        Describe([Otlp.Span(1, 2, 9, "orphan", milliseconds: 50), Otlp.Span(1, 3, 2, "child", at: 50, milliseconds: 50)]));

    [Fact]
    public void Spans_that_are_each_others_parents_are_all_there() => Assert.Equal(
        """
        0 one 0-1
          1 other 0-1
        0 self 0-1
        """,
        Describe([Otlp.Span(1, 1, 2, "one"), Otlp.Span(1, 2, 1, "other"), Otlp.Span(1, 3, 3, "self")]));

    [Fact]
    public void A_child_that_begins_before_its_parent_is_marked() => Assert.Equal(
        """
        0 root 0.5-1
          1 skewed skewed 0-0.5
        """,
        Describe([Otlp.Span(1, 1, 0, "root", at: 50, milliseconds: 50), Otlp.Span(1, 2, 1, "skewed", milliseconds: 50)]));

    [Fact]
    public void A_folded_span_says_how_many_it_hides() => Assert.Equal(
        """
        0 root 0-1
          1 a +2 0-1
        """,
        Describe([Otlp.Span(1, 1, 0, "root"), Otlp.Span(1, 2, 1, "a"), Otlp.Span(1, 3, 2, "b"), Otlp.Span(1, 4, 3, "c")], Otlp.SpanId(2)));

    [Fact]
    public void A_chain_of_a_thousand_spans_has_a_thousand_lines() =>
        Assert.Equal(1000, Layout([.. Enumerable.Range(1, 1000).Select(span => Otlp.Span(1, span, span - 1))]).Count);

    [Fact]
    public void A_call_that_nobody_continued_names_whom_it_called()
    {
        Span call = Otlp.Span(1, 1);
        call.Kind = Span.Types.SpanKind.Client;
        call.Attributes.Add(Otlp.Attribute("server.address", "elsewhere"));

        Assert.Equal("elsewhere", Layout([call]).Single().Peer);
    }

    [Fact]
    public void Logs_stand_where_they_were_written()
    {
        TelemetryStore store = new(new TelemetryLimits());
        new TraceIntake(store).Take(Otlp.Traces("shop", Otlp.Span(1, 1, milliseconds: 100)));
        new LogIntake(store, TimeProvider.System).Take(Otlp.Logs("shop", Otlp.Log("half", trace: 1, span: 1, at: 50), Otlp.Log("after", trace: 1, span: 1, at: 500)));

        WaterfallRow row = WaterfallLayout.Of(store.Traces.Newest().Single(), ImmutableHashSet<string>.Empty, store.Logs.All()).Single();

        Assert.Equal([("half", 0.5), ("after", 1)], row.Logs.Select(mark => (mark.Log.Message, mark.Left)));
    }

    private static List<WaterfallRow> Layout(Span[] spans, params string[] folded)
    {
        TelemetryStore store = new(new TelemetryLimits());
        new TraceIntake(store).Take(Otlp.Traces("shop", spans));
        return WaterfallLayout.Of(store.Traces.Newest().Single(), folded.ToImmutableHashSet(), []);
    }

    private static string Describe(Span[] spans, params string[] folded) => string.Join('\n', Layout(spans, folded).Select(row => string.Create(
        CultureInfo.InvariantCulture,
        $"{new string(' ', 2 * row.Depth)}{row.Depth} {row.Span.Name}{(row.IsOrphan ? " orphan" : "")}{(row.IsSkewed ? " skewed" : "")}{(row.Hidden > 0 ? $" +{row.Hidden}" : "")} {Math.Round(row.Left, 2)}-{Math.Round(row.Left + row.Width, 2)}")));
}
