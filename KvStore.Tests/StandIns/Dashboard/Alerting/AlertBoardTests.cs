using System.Net;
using System.Net.Http;
using System.Text.Json;
using Aspire.Dashboard.Alerting;
using Aspire.Dashboard.Feed;
using Aspire.Dashboard.Telemetry;

namespace KvStore.Tests.StandIns.Dashboard.Alerting;

/// <summary>All rules together: what is kept of their changes, and what others are told.</summary>
public sealed class AlertBoardTests
{
    private const string Errors = "errors";

    private readonly CancellationToken _cancellation = TestContext.Current.CancellationToken;
    private readonly AlertBoard _board = new(new AlertRuleStore(null));
    private long _now;

    [Fact]
    public void That_figures_come_and_go_is_no_news_and_that_a_rule_fires_is_until_somebody_looks()
    {
        Try(null);
        Try(0);
        Try(null);
        Assert.Equal((0, 0, false), (_board.History().Length, _board.Firing, _board.HasUnread));

        Try(5);
        Assert.Equal((1, 1, true), (_board.History().Length, _board.Firing, _board.HasUnread));
        Try(0);
        Assert.Equal((0, true), (_board.Firing, _board.HasUnread));
        _board.Seen();
        Assert.False(_board.HasUnread);

        Assert.Equal(
            [(AlertState.Firing, AlertState.Resolved), (AlertState.NoData, AlertState.Firing)],
            _board.History().Select(change => (change.Before, change.Status.State)));
    }

    [Fact]
    public void The_history_is_bounded_and_the_oldest_goes()
    {
        for (int i = 0; i < AlertBoard.HistoryMax; i++)
        {
            Try(5);
            Try(0);
        }

        Assert.Equal((AlertBoard.HistoryMax, 2L * AlertBoard.HistoryMax), (_board.History().Length, _board.History()[0].Number));
    }

    [Fact]
    public void A_rule_that_was_changed_begins_anew_and_one_that_was_switched_off_ends()
    {
        AlertRule rule = BuiltInRules.Find(Errors)!;
        Try(5);
        Assert.Null(_board.Rules.Put(rule with { HoldSeconds = 60 }));
        Try(5);
        Assert.Equal(AlertState.Pending, Status().State);
        Assert.Null(_board.Rules.Put(rule with { IsOn = false }));
        Try(5);
        Assert.Equal((AlertState.Off, 0), (Status().State, _board.Firing));
    }

    [Fact]
    public async Task Whoever_has_the_token_is_told_how_rules_stand_and_nobody_else()
    {
        await using ResourceFeed feed = await ResourceFeed.StartAsync(
            [new FeedMessage { Resource = new ResourceState { Id = "node1", Name = "node1", Type = "Project", State = "Exited", ExitCode = 134 } }], _cancellation);
        await using RunningDashboard dashboard = await RunningDashboard.StartAsync(_cancellation, resourceService: feed.Address);
        Assert.Equal(HttpStatusCode.Unauthorized, (await dashboard.Browser.GetAsync("/api/alerts", _cancellation)).StatusCode);

        await dashboard.LogInAsync(_cancellation);
        using PeriodicTimer timer = new(TimeSpan.FromMilliseconds(50));
        using CancellationTokenSource patience = CancellationTokenSource.CreateLinkedTokenSource(_cancellation);
        patience.CancelAfter(TimeSpan.FromSeconds(60));
        JsonElement rule;
        do
        {
            await timer.WaitForNextTickAsync(patience.Token);
            using HttpResponseMessage answer = await dashboard.Browser.GetAsync("/api/alerts", patience.Token);
            rule = JsonDocument.Parse(await answer.Content.ReadAsStringAsync(patience.Token)).RootElement.GetProperty("rules").EnumerateArray()
                .FirstOrDefault(one => one.GetProperty("id").GetString() == "not-running");
        }
        while (rule.ValueKind == JsonValueKind.Undefined || rule.GetProperty("state").GetString() == "NoData");

        Assert.Equal(
            ("Pending", "node1", "Exited (134)", "a resource not running for 1 min", "/?selected=node1"),
            (rule.GetProperty("state").GetString(), rule.GetProperty("resource").GetString(), rule.GetProperty("text").GetString(), rule.GetProperty("condition").GetString(), rule.GetProperty("link").GetString()));
    }

    private AlertStatus Status() => _board.All.Single(status => status.Rule.Id == Errors);

    /// <param name="errors">In the last minute; null for nothing known.</param>
    private void Try(double? errors)
    {
        _now += UnixNanos.PerSecond;
        _board.Try(rule => rule.Id == Errors && errors is { } value ? [new AlertReading("shop", value, "", rule.IsMetBy(value))] : [], _now);
    }
}
