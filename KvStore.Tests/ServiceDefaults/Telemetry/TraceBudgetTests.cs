using System.Diagnostics;
using KvStore.ServiceDefaults.Telemetry;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;
using Xunit;

namespace KvStore.Tests.ServiceDefaults.Telemetry;

public sealed class TraceBudgetTests
{
    private static readonly ActivityContext SampledParent = Parent(ActivityTraceFlags.Recorded);
    private static readonly ActivityContext DroppedParent = Parent(ActivityTraceFlags.None);

    private readonly ManualTime _time = new();

    [Theory]
    [InlineData(-1, 1000)]
    [InlineData(0, 0)]
    [InlineData(5, 5)]
    public void Traces_begin_up_to_the_limit(int limit, int expected)
    {
        var budget = new TraceBudget(limit, _time);

        Assert.Equal(expected, Enumerable.Range(0, 1000).Count(_ => budget.TryBegin(default)));
        Assert.Equal(limit < 0, budget.Samples(default));
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(0)]
    [InlineData(1)]
    public void A_parent_decides_for_its_children_whatever_the_limit(int limit)
    {
        var budget = new TraceBudget(limit, _time);

        for (var i = 0; i < 10; i++)
        {
            Assert.True(budget.Samples(SampledParent));
            Assert.True(budget.TryBegin(SampledParent));
            Assert.False(budget.Samples(DroppedParent));
            Assert.False(budget.TryBegin(DroppedParent));
        }

        Assert.Equal(limit != 0, budget.TryBegin(default));
    }

    [Fact]
    public void Reports_have_a_budget_of_their_own()
    {
        var budget = new TraceBudget(3, _time);

        Assert.Equal(3, Enumerable.Range(0, 10).Count(_ => budget.TryBegin(default)));
        Assert.True(budget.SamplesReport());
        Assert.Equal(3, Enumerable.Range(0, 10).Count(_ => budget.TryReport()));
        Assert.False(budget.SamplesReport());
    }

    [Fact]
    public void No_traces_means_no_reports() => Assert.False(new TraceBudget(0, _time).TryReport());

    [Theory]
    [InlineData(null, TraceBudget.TracesPerSecondMaxDefault)]
    [InlineData("", TraceBudget.TracesPerSecondMaxDefault)]
    [InlineData("0", 0)]
    [InlineData("7", 7)]
    public void The_limit_is_read_from_configuration(string? text, int expected)
    {
        var budget = TraceBudget.Read(Configuration(text), _time);

        Assert.Equal(expected, Enumerable.Range(0, 1000).Count(_ => budget.TryBegin(default)));
    }

    [Theory]
    [InlineData("-2")]
    [InlineData("many")]
    [InlineData("1.5")]
    [InlineData("1000001")]
    [InlineData("99999999999999")]
    public void A_limit_that_is_none_is_refused_by_name(string text)
    {
        var refusal = Assert.Throws<OptionsValidationException>(() => TraceBudget.Read(Configuration(text), _time));

        Assert.Equal(
            $"KvStore:TracesPerSecondMax is '{text}'; allowed are -1 (every trace), 0 (none) and up to 1000000 a second.",
            refusal.Message);
    }

    private static IConfiguration Configuration(string? limit) =>
        new ConfigurationBuilder().AddInMemoryCollection([new(TraceBudget.ConfigurationKey, limit)]).Build();

    private static ActivityContext Parent(ActivityTraceFlags flags) =>
        new(ActivityTraceId.CreateRandom(), ActivitySpanId.CreateRandom(), flags, isRemote: true);
}
