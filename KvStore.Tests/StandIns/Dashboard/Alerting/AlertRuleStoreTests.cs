using Aspire.Dashboard.Alerting;
using Aspire.Dashboard.Display;
using KvStore.Tests.Tidy;

namespace KvStore.Tests.StandIns.Dashboard.Alerting;

/// <summary>Rules are kept, bounded and checked.</summary>
public sealed class AlertRuleStoreTests : IDisposable
{
    private static readonly AlertRule Own = new()
    {
        Id = "own",
        Name = "Mine",
        Subject = AlertSubject.MetricRate,
        Instrument = "orders",
        Dimension = new FieldFilter("kind", FilterCondition.NotEqual, "gift"),
        IsBelow = true,
        Threshold = 0.5,
        HoldSeconds = 90,
    };

    private readonly string _directory = Directory.CreateTempSubdirectory("kvstore-alerts-").FullName;

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact]
    public void Rules_are_there_after_a_restart_as_they_were_changed()
    {
        AlertRuleStore before = new(_directory);
        AlertRule edited = BuiltInRules.All[0] with { IsOn = false, HoldSeconds = 99 };
        Assert.Null(before.Put(Own));
        Assert.Null(before.Put(edited));

        AlertRuleStore after = new(_directory);
        Assert.Equal([edited, .. BuiltInRules.All.Skip(1), Own], after.All);
        Assert.Null(after.Problem);

        after.Remove(Own.Id);
        after.Remove(edited.Id);
        Assert.Equal(BuiltInRules.All, new AlertRuleStore(_directory).All);
    }

    [Fact]
    public void Without_a_directory_they_are_in_memory()
    {
        AlertRuleStore store = new(null);
        Assert.Null(store.Put(Own));
        Assert.Null(store.Path);
        Assert.Equal(Own, store.All[^1]);
    }

    [Fact]
    public void There_are_no_more_than_a_hundred()
    {
        AlertRuleStore store = new(null);
        for (int i = BuiltInRules.All.Length; i < AlertRuleStore.RulesMax; i++)
        {
            Assert.Null(store.Put(Own with { Id = $"own{i}" }));
        }

        Assert.Equal("There are 100 rules, and no more than that.", store.Put(Own));
        Assert.Null(store.Put(BuiltInRules.All[0] with { Threshold = 3 }));
        Assert.Equal(AlertRuleStore.RulesMax, store.All.Length);
    }

    [Theory]
    [InlineData("[{")]
    [InlineData("{}")]
    [InlineData("""[{"id":"x"}]""")]
    [InlineData("""[{"id":"x","name":"x","subject":"Nonsense"}]""")]
    public void A_file_that_cannot_be_read_is_set_aside_and_said(string text)
    {
        File.WriteAllText(Path.Combine(_directory, "alerts.json"), text);
        AlertRuleStore store = new(_directory);
        Assert.Equal(BuiltInRules.All, store.All);
        Assert.StartsWith("Rules of before cannot be read: ", store.Problem, StringComparison.Ordinal);
        Assert.Equal(text, File.ReadAllText(Path.Combine(_directory, "alerts.unreadable.json")));
    }

    [Fact]
    public void A_rule_that_says_nothing_is_refused_with_what_is_wrong()
    {
        AlertRuleStore store = new(null);
        foreach ((AlertRule rule, string problem) in new[]
        {
            (Own with { Name = " " }, "A rule has a name."),
            (Own with { Name = new string('x', 101) }, "A name has at most 100 characters."),
            (Own with { Instrument = null }, "A rule on a metric names it."),
            (Own with { Resource = new string('x', 201) }, "A text has at most 200 characters."),
            (Own with { Threshold = double.NaN }, "The number is not one."),
            (Own with { HoldSeconds = -1 }, "It must hold for 0 to 86400 seconds."),
            (Own with { Subject = (AlertSubject)77 }, "There is no such thing to watch."),
        })
        {
            Assert.Equal(problem, store.Put(rule));
        }

        Assert.Equal(BuiltInRules.All, store.All);
    }

    [Fact]
    public void Every_metric_of_a_rule_that_is_built_in_is_one_of_a_node()
    {
        string[] metrics = [.. BuiltInRules.All.Select(rule => rule.Instrument).OfType<string>().Distinct()];
        string[] lines = [.. Repository.Here.Files.Where(file => file.Project == "KvStore.Node").SelectMany(file => file.Lines)];
        Assert.NotEmpty(metrics);
        Assert.Equal([], metrics.Where(metric => !lines.Any(line => line.Contains($"\"{metric}\"", StringComparison.Ordinal))));
    }

    [Fact]
    public void Every_rule_that_is_built_in_can_be_used_and_is_told_apart()
    {
        Assert.All(BuiltInRules.All, rule => Assert.Null(rule.Problem));
        Assert.Equal(BuiltInRules.All.Length, BuiltInRules.All.DistinctBy(rule => rule.Id).Count());
        Assert.Equal("orders where kind ≠ gift below 0.5 a second for 1 min 30 s", Own.Describe(""));
    }
}
