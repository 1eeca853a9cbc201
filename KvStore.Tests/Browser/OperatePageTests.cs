using KvStore.Client;
using KvStore.Tests.Cluster;
using KvStore.Tests.StandIns.Aspire;
using Microsoft.Playwright;

namespace KvStore.Tests.Browser;

/// <summary>Members go, and are harmed on purpose, from the page: of a real cluster, in a real browser.</summary>
[Collection(nameof(PageTests))]
public sealed class OperatePageTests(PagesUnderTest under) : IAsyncDisposable
{
    private const string Healthy = "Healthy: 3 of 3 members, every slot has 3 replicas";
    private const string Spare = PagesUnderTest.Spare;

    private static readonly LocatorAssertionsToBeVisibleOptions Patient = new() { Timeout = 60_000 };
    private static readonly LocatorAssertionsToHaveCountOptions PatientCount = new() { Timeout = 60_000 };
    private static readonly LocatorAssertionsToHaveClassOptions PatientClass = new() { Timeout = 60_000 };

    private readonly CancellationToken _cancellation = TestContext.Current.CancellationToken;

    public async ValueTask DisposeAsync() => await under.UndoFaultsAsync();

    [Fact]
    public async Task Members_leave_are_kept_and_removed_by_the_plan_that_was_shown_and_by_no_outdated_one()
    {
        await using OpenPage page = await under.OpenAsync();
        await OpenPage.SaysAsync(page.Status, Healthy);
        await page.GoAsync("/operate");
        await page.ConnectedAsync();
        await PlanJoinAsync(page);

        // A plan is shown, and before it is begun a node joins: it would do something else now.
        await PressAsync(page, "node3", "Leave…");
        ILocator refusal = page.Page.GetByRole(AriaRole.Alert, new PageGetByRoleOptions { Name = "Refusal" });
        await OpenPage.SaysAsync(refusal, "The cluster refuses this");
        await page.PressAsync("Plan it with fewer copies of keys, if that is why");
        await OpenPage.SaysAsync(PlanOf(page), "node3 leaves");
        await under.Cluster.BeginNodeAsync(Spare, _cancellation);
        await IsActiveAsync();
        await Assertions.Expect(RowOf(page, Spare)).ToBeVisibleAsync(Patient);
        await BeginAsync(page, "node3", "leaves");
        await OpenPage.SaysAsync(refusal, "The plan is outdated: nothing was done");
        await page.PressAsync("Look at the new plan");
        await OpenPage.SaysAsync(PlanOf(page), "node3 leaves");
        await page.PressAsync("Do nothing");
        await Assertions.Expect(PlanOf(page)).ToHaveCountAsync(0);
        await Assertions.Expect(RowOf(page, "node3")).ToBeVisibleAsync(Patient);

        // A dead member is kept, and all the same removed by a person.
        await under.Cluster.KillAsync(Spare, _cancellation);
        await Eventually.IsAsync($"{Spare} is dead to node1", Spare, async limit => (await First.GetStatusAsync(limit)).Evictions.FirstOrDefault()?.Member, _cancellation);
        await PressAsync(page, Spare, "Keep");
        await OpenPage.SaysAsync(page.Page.Locator(".said"), $"{Spare} is kept");
        await OpenPage.SaysAsync(RowOf(page, Spare), "kept until it is alive again");
        await Assertions.Expect(ButtonOf(page, Spare, "Keep")).ToHaveCountAsync(0);
        await PlanReplacementAsync(page, refusal);
        await PressAsync(page, Spare, "Remove…");
        await BeginAsync(page, Spare, "is removed");
        await OpenPage.SaysAsync(page.Page.Locator("main"), "is a member no more");
        await Assertions.Expect(RowOf(page, Spare)).ToHaveCountAsync(0, PatientCount);

        // It comes back as a new one, and leaves alive.
        await under.Cluster.BeginNodeAsync(Spare, _cancellation);
        await IsActiveAsync();
        await PressAsync(page, Spare, "Leave…");
        await OpenPage.SaysAsync(PlanOf(page), "replicas of slots move");
        await BeginAsync(page, Spare, "leaves");
        await Assertions.Expect(RowOf(page, Spare)).ToHaveCountAsync(0, PatientCount);
        Assert.True((await under.Cluster.CommandAsync(Spare, "stop", _cancellation)).Success);

        await page.GoAsync("/events?kind=members");
        await OpenPage.SaysAsync(page.Page.GetByRole(AriaRole.List, new PageGetByRoleOptions { Name = "Events" }), $"{Spare} is a member no more");
        await page.GoAsync("/");
        await OpenPage.SaysAsync(page.Status, Healthy);
        Assert.Empty(page.Problems);
    }

    [Theory]
    [InlineData(390, ColorScheme.Dark)]
    [InlineData(1440, ColorScheme.Light)]
    public async Task A_partition_is_made_seen_in_the_matrix_told_on_every_page_and_undone(int width, ColorScheme scheme)
    {
        await using OpenPage page = await under.OpenAsync(width);
        await page.Page.EmulateMediaAsync(new PageEmulateMediaOptions { ColorScheme = scheme });
        await OpenPage.SaysAsync(page.Status, Healthy);
        await page.GoAsync("/operate");
        await page.ConnectedAsync();
        ILocator panel = PanelOf(page);
        await Assertions.Expect(panel.GetByRole(AriaRole.Button, new LocatorGetByRoleOptions { Name = "Partition", Exact = true })).ToBeDisabledAsync();

        // By keys alone, on the ring; the list shows the same, and either takes back what the other chose.
        await DiscOf(panel, "node3").FocusAsync();
        await page.Page.Keyboard.PressAsync("Space");
        await Assertions.Expect(PickOf(panel, "node3")).ToBeCheckedAsync();
        await Assertions.Expect(DiscOf(panel, "node3").Locator(".sign")).ToHaveTextAsync("✓");
        await Assertions.Expect(panel.Locator(".ways .chosen")).ToHaveCountAsync(2);
        await DiscOf(panel, "node2").FocusAsync();
        await page.Page.Keyboard.PressAsync("Enter");
        await Assertions.Expect(PickOf(panel, "node2")).ToBeCheckedAsync();
        await PickOf(panel, "node2").UncheckAsync();
        await Assertions.Expect(DiscOf(panel, "node2")).Not.ToBeCheckedAsync();
        await DiscOf(panel, "node1").ClickAsync();
        await Assertions.Expect(PickOf(panel, "node1")).ToBeCheckedAsync();
        await DiscOf(panel, "node1").ClickAsync();
        await Assertions.Expect(PickOf(panel, "node1")).Not.ToBeCheckedAsync();
        await panel.GetByRole(AriaRole.Button, new LocatorGetByRoleOptions { Name = "Partition node3", Exact = true }).FocusAsync();
        await page.Page.Keyboard.PressAsync("Enter");
        ILocator banner = page.Faults;
        await OpenPage.SaysAsync(banner, "Faults are on: node3 is partitioned from node1, node2.");
        await OpenPage.SaysAsync(panel.GetByRole(AriaRole.Table), "node3 is partitioned from node1, node2");
        await Assertions.Expect(panel.Locator(".ways .on")).ToHaveCountAsync(2);
        Assert.True((await Legibility.FindingsAsync(page.Page)) is [], string.Join("; ", await Legibility.FindingsAsync(page.Page)));
        int wide = await page.Page.EvaluateAsync<int>("document.documentElement.scrollWidth");
        Assert.True(wide <= width, $"the page is {wide} wide");

        await page.GoAsync("/members");
        await OpenPage.SaysAsync(banner, "node3 is partitioned from node1, node2");
        await OpenPage.SaysAsync(CellOf(page, "node1", "node3"), "dead");
        await OpenPage.SaysAsync(CellOf(page, "node3", "node2"), "dead");
        await Assertions.Expect(CellOf(page, "node1", "node2")).ToHaveClassAsync("good", PatientClass);

        await banner.GetByRole(AriaRole.Link).ClickAsync();
        await page.Page.GetByRole(AriaRole.Button, new PageGetByRoleOptions { Name = "Undo: node3 is partitioned from node1, node2", Exact = true }).ClickAsync();
        await Assertions.Expect(banner).ToBeEmptyAsync(new LocatorAssertionsToBeEmptyOptions { Timeout = 60_000 });
        await page.GoAsync("/members");
        await Assertions.Expect(CellOf(page, "node1", "node3")).ToHaveClassAsync("good", PatientClass);
        await Assertions.Expect(CellOf(page, "node3", "node2")).ToHaveClassAsync("good", PatientClass);
        await page.GoAsync("/");
        await OpenPage.SaysAsync(page.Status, Healthy);
        Assert.Empty(page.Problems);
    }

    [Fact]
    public async Task All_that_is_on_is_undone_at_once_and_who_is_killed_is_started_again()
    {
        await using OpenPage page = await under.OpenAsync();
        await OpenPage.SaysAsync(page.Status, Healthy);
        await page.GoAsync("/operate");
        await page.ConnectedAsync();
        ILocator panel = PanelOf(page);
        await PickOf(panel, "node2").CheckAsync();
        await ActionOf(panel, "Slow").CheckAsync();
        await FieldOf(panel, "Later by").FillAsync("50");
        await page.PressAsync("Slow node2");
        ILocator table = panel.GetByRole(AriaRole.Table);
        await OpenPage.SaysAsync(table, "node2 is slow to node1, node3: 50 ms later");
        await ActionOf(panel, "Drop").CheckAsync();
        await FieldOf(panel, "Lost").FillAsync("10");
        await page.PressAsync("Drop node2");
        await OpenPage.SaysAsync(table, "node2 loses 10 % of what goes to and comes from node1, node3");
        await page.PressAsync("Undo all");
        await Assertions.Expect(table).ToHaveCountAsync(0, PatientCount);

        await ActionOf(panel, "Kill").CheckAsync();
        await page.PressAsync("Kill node2");
        await OpenPage.SaysAsync(panel, "type start node2 into the terminal");
        await OpenPage.SaysAsync(page.Page.Locator(".level"), "Degraded");
        await under.Cluster.EndedAsync("node2", _cancellation);
        await under.Cluster.StartNodeAsync("node2", RunningCluster.Nodes, _cancellation);
        await page.GoAsync("/");
        await OpenPage.SaysAsync(page.Status, Healthy);
        Assert.Empty(page.Problems);
    }

    [Fact]
    public async Task Where_faults_are_not_allowed_the_page_offers_none_and_says_what_allows_them()
    {
        SystemChromium.Require();
        int port = FreePorts.Take();
        await using NodeProcess alone = NodeProcess.StartPage(new Uri($"http://127.0.0.1:{port}"), RunningCluster.Nodes.Select(under.Cluster.GrpcAddress));
        await alone.WaitUntilHealthyAsync("start of a page without faults", port, _cancellation);
        foreach (int width in new[] { 390, 1440 })
        {
            await using OpenPage page = await under.OpenAtAsync(new Uri($"http://127.0.0.1:{port}/operate"), width);
            await OpenPage.SaysAsync(PanelOf(page), "That is off: it takes KvStore__AllowFaults=true in the environment of this page and of the nodes.");
            await Assertions.Expect(RowOf(page, "node3")).ToBeVisibleAsync(Patient);
            await page.ConnectedAsync();
            await Assertions.Expect(ButtonOf(page, "node3", "Leave…")).ToBeEnabledAsync(new() { Timeout = 60_000 });
            await Assertions.Expect(PanelOf(page).Locator("button, input, svg, form")).ToHaveCountAsync(0);
            Assert.Empty(await Legibility.FindingsAsync(page.Page));
            Assert.InRange(await page.Page.EvaluateAsync<int>("document.documentElement.scrollWidth"), 1, width);
            Assert.Empty(page.Problems);
        }
    }

    /// <summary>What would move if a node joined; of one that is a member it is refused.</summary>
    private static async Task PlanJoinAsync(OpenPage page)
    {
        ILocator joining = page.Page.GetByLabel("A node named");
        await joining.FillAsync(Spare);
        await page.Page.Locator("section[aria-labelledby=join-heading]").GetByRole(AriaRole.Button).ClickAsync();
        await OpenPage.SaysAsync(PlanOf(page), $"{Spare} joins");
        await OpenPage.SaysAsync(PlanOf(page), $"It would begin by itself when {Spare} is started.");
        await IsDrawnAsync(PlanOf(page), Spare, RunningCluster.Nodes);
        await page.PressAsync("Close");
        await Assertions.Expect(PlanOf(page)).ToHaveCountAsync(0);
        await joining.FillAsync("node2");
        await page.Page.Locator("section[aria-labelledby=join-heading]").GetByRole(AriaRole.Button).ClickAsync();
        await OpenPage.SaysAsync(page.Page.GetByRole(AriaRole.Alert, new PageGetByRoleOptions { Name = "Refusal" }), "The name node2 is taken by a living member");
    }

    private static async Task PlanReplacementAsync(OpenPage page, ILocator refusal)
    {
        await PressAsync(page, Spare, "Replace…");
        ILocator successor = RowOf(page, Spare).GetByLabel("By the node named");
        await successor.FillAsync("node2");
        await PressAsync(page, Spare, "Plan…");
        await OpenPage.SaysAsync(refusal, "Node2 is a member already");
        await successor.FillAsync("another");
        await PressAsync(page, Spare, "Plan…");
        await OpenPage.SaysAsync(PlanOf(page), $"{Spare} is replaced by another");
        await IsDrawnAsync(PlanOf(page), "another", [Spare]);
    }

    /// <summary>The ring has who would join and a chord for each line of the table, those to the newcomer among them.</summary>
    private static async Task IsDrawnAsync(ILocator plan, string newcomer, IReadOnlyList<string> givers)
    {
        await Assertions.Expect(plan.Locator("svg.ring .newcomer title")).ToContainTextAsync($"{newcomer}: would join", new LocatorAssertionsToContainTextOptions { Timeout = 60_000 });
        await Assertions.Expect(plan.Locator("svg.ring .newcomer .disc")).ToBeVisibleAsync();
        ILocator moves = plan.GetByRole(AriaRole.Table).Last.Locator("tbody tr");
        await Assertions.Expect(plan.Locator("svg.ring .flows path")).ToHaveCountAsync(await moves.CountAsync());
        foreach (string giver in givers)
        {
            ILocator move = moves.Filter(new LocatorFilterOptions { HasText = giver }).Filter(new LocatorFilterOptions { HasText = newcomer });
            string slots = await move.GetByRole(AriaRole.Cell).Nth(1).InnerTextAsync();
            await Assertions.Expect(plan.Locator("svg.ring .flows title").GetByText($"{giver} to {newcomer}: {slots} slots")).ToHaveCountAsync(1);
        }
    }

    private ClusterClient First => under.Cluster.Grpc("node1").Cluster;

    private Task IsActiveAsync() => Eventually.IsAsync(
        $"{Spare} joins",
        "active",
        async limit => (await First.GetTopologyAsync(limit)).Members.FirstOrDefault(member => member.Name == Spare)?.State,
        _cancellation);

    private static ILocator RowOf(OpenPage page, string member) => page.Page.Locator("section[aria-labelledby=members-heading] tbody tr")
        .Filter(new LocatorFilterOptions { Has = page.Page.GetByRole(AriaRole.Link, new PageGetByRoleOptions { Name = member, Exact = true }) });

    private static ILocator ButtonOf(OpenPage page, string member, string button) =>
        RowOf(page, member).GetByRole(AriaRole.Button, new LocatorGetByRoleOptions { Name = button, Exact = true });

    private static Task PressAsync(OpenPage page, string member, string button) =>
        ButtonOf(page, member, button).ClickAsync(new LocatorClickOptions { Timeout = 60_000 });

    private static ILocator PlanOf(OpenPage page) => page.Page.Locator("section[aria-labelledby=plan-heading]");

    private static ILocator PanelOf(OpenPage page) => page.Page.GetByRole(AriaRole.Region, new PageGetByRoleOptions { Name = "Faults" });

    // By role: a button that undoes a fault says in its label what is slow or lost, and to whom.
    private static ILocator ActionOf(ILocator panel, string action) =>
        panel.GetByRole(AriaRole.Radio, new LocatorGetByRoleOptions { Name = action, Exact = true });

    private static ILocator FieldOf(ILocator panel, string field) => panel.GetByRole(AriaRole.Spinbutton, new LocatorGetByRoleOptions { Name = field });

    private static ILocator PickOf(ILocator panel, string member) => panel.GetByRole(AriaRole.Group, new LocatorGetByRoleOptions { Name = "Members" })
        .GetByRole(AriaRole.Checkbox, new LocatorGetByRoleOptions { Name = member, Exact = true });

    private static ILocator DiscOf(ILocator panel, string member) => panel.GetByRole(AriaRole.Group, new LocatorGetByRoleOptions { Name = "The ring" })
        .GetByRole(AriaRole.Checkbox, new LocatorGetByRoleOptions { Name = $"{member}:" });

    private static ILocator CellOf(OpenPage page, string observer, string subject) => page.Page.Locator($"td[title^='{observer} → {subject}']");

    private static async Task BeginAsync(OpenPage page, string member, string what)
    {
        ILocator begin = page.Page.GetByRole(AriaRole.Button, new PageGetByRoleOptions { Name = $"Begin: {member} {what}" });
        await Assertions.Expect(begin).ToBeDisabledAsync(new LocatorAssertionsToBeDisabledOptions { Timeout = 60_000 });
        await page.Page.GetByLabel("To begin it, type").FillAsync(member);
        await begin.ClickAsync(new LocatorClickOptions { Timeout = 60_000 });
    }
}
