using Aspire.Dashboard.Alerting;
using Aspire.Dashboard.Telemetry;

namespace KvStore.Tests.StandIns.Dashboard.Alerting;

/// <summary>How a rule comes to stand, try by try. Times are seconds.</summary>
public sealed class AlertStatusTests
{
    private static readonly AlertRule Rule = new() { Id = "queue", Name = "The queue is long", Subject = AlertSubject.MetricValue, Instrument = "queue", Threshold = 10, HoldSeconds = 30 };

    [Fact]
    public void A_rule_fires_when_it_has_been_met_for_as_long_as_it_must() => Assert.Equal(
        [(AlertState.Ok, 0), (AlertState.Pending, 10), (AlertState.Pending, 10), (AlertState.Firing, 40), (AlertState.Firing, 40)],
        Run(Rule, (0, [("a", 10)]), (10, [("a", 11)]), (39, [("a", 12)]), (40, [("a", 99)]), (50, [("a", 11)])));

    [Fact]
    public void What_is_met_again_is_met_anew() => Assert.Equal(
        [(AlertState.Pending, 0), (AlertState.Ok, 20), (AlertState.Pending, 30), (AlertState.Pending, 30), (AlertState.Firing, 60)],
        Run(Rule, (0, [("a", 11)]), (20, [("a", 1)]), (30, [("a", 11)]), (59, [("a", 11)]), (60, [("a", 11)])));

    [Fact]
    public void Two_that_are_bad_one_after_the_other_are_not_one_that_is_bad_for_long() => Assert.Equal(
        [(AlertState.Pending, 0), (AlertState.Pending, 0), (AlertState.Firing, 50)],
        Run(Rule, (0, [("a", 11), ("b", 1)]), (20, [("a", 1), ("b", 11)]), (50, [("a", 1), ("b", 11)])));

    [Fact]
    public void What_was_firing_is_resolved_for_a_while_and_then_well() => Assert.Equal(
        [(AlertState.Pending, 0), (AlertState.Firing, 30), (AlertState.Resolved, 40), (AlertState.Resolved, 40), (AlertState.Ok, 340)],
        Run(Rule, (0, [("a", 11)]), (30, [("a", 11)]), (40, [("a", 1)]), (339, [("a", 1)]), (340, [("a", 1)])));

    [Fact]
    public void One_that_is_over_is_said_to_be_though_another_has_begun() => Assert.Equal(
        [(AlertState.Pending, 0), (AlertState.Firing, 30), (AlertState.Resolved, 40), (AlertState.Pending, 41)],
        Run(Rule, (0, [("a", 11)]), (30, [("a", 11)]), (40, [("b", 11)]), (41, [("b", 11)])));

    [Fact]
    public void Where_nothing_is_known_there_is_no_data_whatever_was() => Assert.Equal(
        [(AlertState.NoData, 0), (AlertState.Pending, 5), (AlertState.Firing, 35), (AlertState.NoData, 36), (AlertState.Pending, 37)],
        Run(Rule, (0, []), (5, [("a", 11)]), (35, [("a", 11)]), (36, []), (37, [("a", 11)])));

    [Fact]
    public void A_rule_without_a_time_fires_at_once_and_one_that_is_switched_off_never()
    {
        Assert.Equal([(AlertState.Firing, 0)], Run(Rule with { HoldSeconds = 0 }, (0, [("a", 11)])));
        Assert.Equal([(AlertState.Off, 0), (AlertState.Off, 0)], Run(Rule with { HoldSeconds = 0, IsOn = false }, (0, [("a", 11)]), (9, [("a", 11)])));
    }

    [Fact]
    public void The_worst_is_shown_and_at_how_many_it_fires()
    {
        AlertStatus status = AlertStatus.Begin(Rule with { HoldSeconds = 0 }, 0).Next(Readings(Rule, [("a", 11), ("b", 30), ("c", 1)]), 0);
        Assert.Equal(("b", "30", 2), (status.Worst?.Target, status.ValueText, status.FiringTargets));

        AlertRule low = Rule with { IsBelow = true, HoldSeconds = 0 };
        status = AlertStatus.Begin(low, 0).Next(Readings(low, [("a", 9), ("b", 3), ("c", 10)]), 0);
        Assert.Equal(("b", "3", 2), (status.Worst?.Target, status.ValueText, status.FiringTargets));
    }

    [Fact]
    public void Names_that_differ_in_case_are_two_and_a_value_that_is_no_number_meets_nothing()
    {
        AlertStatus status = AlertStatus.Begin(Rule with { HoldSeconds = 0 }, 0).Next(Readings(Rule, [("a", 11), ("A", 12), ("b", double.NaN)]), 0);
        Assert.Equal(("A", 2), (status.Target, status.FiringTargets));
    }

    [Fact]
    public void Of_resources_that_are_all_well_none_is_named()
    {
        AlertRule rule = new() { Id = "r", Name = "r", Subject = AlertSubject.ResourceUnhealthy };
        AlertStatus status = AlertStatus.Begin(rule, 0).Next([new AlertReading("node1", null, "", false, "Healthy")], 0);
        Assert.Equal((AlertState.Ok, null, "none"), (status.State, status.Target, status.ValueText));
    }

    private static List<(AlertState State, int Since)> Run(AlertRule rule, params (int At, (string Target, double Value)[] Readings)[] tries)
    {
        AlertStatus status = AlertStatus.Begin(rule, 0);
        List<(AlertState, int)> states = [];
        foreach ((int at, (string Target, double Value)[] readings) in tries)
        {
            status = status.Next(Readings(rule, readings), at * UnixNanos.PerSecond);
            states.Add((status.State, (int)(status.Since / UnixNanos.PerSecond)));
        }

        return states;
    }

    private static List<AlertReading> Readings(AlertRule rule, (string Target, double Value)[] readings) =>
        [.. readings.Select(reading => new AlertReading(reading.Target, reading.Value, "", rule.IsMetBy(reading.Value)))];
}
