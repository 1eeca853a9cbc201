using System.Globalization;
using Xunit;

namespace KvStore.Tests.Simulation.Histories;

public sealed class LinearizabilityCheckerTests
{
    [Fact]
    public void Reads_may_find_either_state_while_a_write_is_under_way() => AssertCorrect(
        Put("a", 1, 0, 10),
        Put("b", 2, 20, 30),
        Read("a", 1, 22, 24),
        Read("b", 2, 26, 28),
        Read("b", 2, 40, 50));

    [Fact]
    public void Nothing_absent_and_deleted_are_states_like_others() => AssertCorrect(
        Read(null, 0, 0, 5),
        Put("a", 1, 10, 20),
        Delete(2, 30, 40),
        Read(null, 2, 50, 60),
        DeleteOfNothing(2, 70, 80),
        Create("b", 3, 90, 95),
        Read("b", 3, 100, 110));

    [Fact]
    public void An_unknown_write_may_take_effect_late_or_never() => AssertCorrect(
        Put("a", 1, 0, 10),
        Unknown(Put("late", 0, 20, 30)),
        Unknown(Put("never", 0, 20, 30)),
        Read("a", 1, 40, 50),
        Read("late", 2, 100, 110));

    [Fact]
    public void A_chain_of_conditions_consumes_each_version_once() => AssertCorrect(
        Put("a", 1, 0, 10),
        CompareAndSet(1, "b", 2, 0, 50),
        CompareAndSet(2, "c", 3, 0, 50),
        Refused(CompareAndSet(1, "x", 0, 20, 60), 3, "c"),
        Read("c", 3, 60, 70));

    [Fact]
    public void A_counter_reaches_each_sum_once() => AssertCorrect(
        Increment(1, 1, 0, 10),
        Increment(2, 2, 0, 10),
        Unknown(Increment(0, 0, 5, 10)),
        Increment(4, 4, 20, 30),
        Read("4", 4, 40, 50));

    public static TheoryData<string, bool> Contradictions => [.. Bad.Select(bad => new TheoryDataRow<string, bool>(bad.Rule, bad.ByVersionsOnly))];

    [Theory]
    [MemberData(nameof(Contradictions))]
    public void A_contradiction_is_found_and_named(string rule, bool byVersionsOnly)
    {
        var bad = Bad.Single(each => each.Rule == rule);
        var violation = LinearizabilityChecker.Check(bad.Operations).Violation;
        Assert.Equal(rule, violation?.Rule);
        Assert.NotEmpty(violation!.Operations);
        Assert.False(ExhaustiveSearch.IsCorrect(bad.Operations, versionsRise: true));
        Assert.Equal(byVersionsOnly, LinearizabilityChecker.Check(bad.Operations, versionsRise: false).IsCorrect);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void On_random_histories_it_agrees_with_trying_every_order(bool versionsRise)
    {
        var rules = new SortedDictionary<string, int>(StringComparer.Ordinal);
        var correct = new { WithUnknownSeen = new List<int>(), WithUnknownDropped = new List<int>(), WithChains = new List<int>() };
        for (var seed = 0; seed < 20_000; seed++)
        {
            var random = new SeededRandom((ulong)seed);
            var history = RandomHistory.Draw(random, counter: seed % 4 == 0, operations: random.Next(2, 10), lies: random.Next(3));
            var verdict = LinearizabilityChecker.Check(history, versionsRise);
            Assert.True(
                verdict.IsCorrect == ExhaustiveSearch.IsCorrect(history, versionsRise),
                $"seed {seed}: {verdict.Violation?.Rule ?? "correct"}, every order says otherwise\n{string.Join('\n', history.OrderBy(operation => operation.Start))}");

            if (verdict.Violation is { } violation)
            {
                rules[violation.Rule] = rules.GetValueOrDefault(violation.Rule) + 1;
                continue;
            }

            (verdict.UnknownSeen > 0 ? correct.WithUnknownSeen : []).Add(seed);
            (verdict.UnknownDropped > 0 ? correct.WithUnknownDropped : []).Add(seed);
            (verdict.Consumed > 1 ? correct.WithChains : []).Add(seed);
        }

        Assert.True(
            correct.WithUnknownSeen.Count > 500 && correct.WithUnknownDropped.Count > 500 && correct.WithChains.Count > 500,
            $"{correct.WithUnknownSeen.Count} correct with unknown writes seen, {correct.WithUnknownDropped.Count} dropped, {correct.WithChains.Count} with chains");
        Assert.True(rules.Values.Sum() > 2_000, $"{rules.Values.Sum()} contradictions");
        var missing = Bad.Where(bad => versionsRise || !bad.ByVersionsOnly).Select(bad => bad.Rule).Except(rules.Keys).ToList();
        Assert.True(missing.Count <= 2, $"never met: {string.Join(", ", missing)}");
    }

    [Fact]
    public void A_correct_history_of_any_amounts_is_never_refused()
    {
        var unknownSeen = 0;
        for (var seed = 0; seed < 2_000; seed++)
        {
            var random = new SeededRandom((ulong)seed);
            var history = RandomHistory.Draw(random, counter: seed % 2 == 0, operations: 40, lies: 0);
            var verdict = LinearizabilityChecker.Check(history);
            Assert.True(verdict.IsCorrect, $"seed {seed}: {verdict.Violation}");
            unknownSeen += verdict.UnknownSeen;
        }

        Assert.True(unknownSeen > 2_000, $"{unknownSeen} unknown writes seen");
    }

    [Fact]
    public void Increments_of_different_amounts_are_compared_by_their_total()
    {
        AssertCorrect(Increment(5, 1, 0, 10, by: 5), Unknown(Increment(0, 0, 0, 0, by: 3)), Increment(15, 3, 20, 30, by: 7), Read("15", 3, 40, 50));
        Assert.Equal(
            "a counter grew by more than all increments can explain",
            LinearizabilityChecker.Check([Increment(5, 1, 0, 10, by: 5), Unknown(Increment(0, 0, 0, 0, by: 3)), Read("9", 3, 40, 50)]).Violation?.Rule);
    }

    [Fact]
    public void Keys_are_judged_apart_and_counted_together()
    {
        OperationRecord[] one = [Put("a", 1, 0, 10), CompareAndSet(1, "b", 2, 20, 30), Unknown(Put("c", 0, 0, 0)), Unknown(Put("d", 0, 0, 0)), Read("c", 3, 50, 60)];
        var other = one.Select(operation => operation with { Key = "other" });
        Assert.Equal(new HistoryVerdict(null, 10, 8, 2, 2, 2), LinearizabilityChecker.Check(one.Concat(other)));

        var spoiled = one.Select(operation => operation with { Key = "spoiled" }).Append(Read("a", 1, 70, 80) with { Key = "spoiled" });
        Assert.Equal("spoiled", LinearizabilityChecker.Check(one.Concat(other).Concat(spoiled)).Violation?.Key);
    }

    [Fact]
    public void A_history_that_cannot_be_checked_is_refused()
    {
        AssertRefused("unique", Put("a", 1, 0, 10), Put("a", 2, 20, 30));
        AssertRefused("counter", Increment(1, 1, 0, 10), Put("a", 2, 20, 30));
        AssertRefused("can have been", Put("a", 0, 0, 10));
        AssertRefused("can have been", Read("a", 1, 10, 0));

        static void AssertRefused(string reason, params OperationRecord[] history) =>
            Assert.Contains(reason, Assert.Throws<ArgumentException>(() => LinearizabilityChecker.Check(history)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_hundred_thousand_operations_take_a_moment()
    {
        var history = new List<OperationRecord>();
        for (var i = 1; i <= 50_000; i++)
        {
            history.Add(Put($"{i}", i, 10 * i, (10 * i) + 30));
            history.Add(Read($"{i}", i, (10 * i) + 5, (10 * i) + 35));
        }

        var watch = System.Diagnostics.Stopwatch.StartNew();
        AssertCorrect([.. history]);
        Assert.True(watch.Elapsed < TimeSpan.FromSeconds(30), $"{watch.Elapsed}");
    }

    // Each contradiction in its smallest form, and whether only the order of versions shows it.
    private static readonly (string Rule, bool ByVersionsOnly, OperationRecord[] Operations)[] Bad =
    [
        ("two states were there at once", false, [Put("a", 1, 0, 10), Put("b", 2, 0, 10), Read("a", 1, 20, 25), Read("b", 2, 20, 25), Read("a", 1, 30, 35), Read("b", 2, 30, 35)]),
        ("a state came and went while another was there", false, [Put("a", 1, 0, 10), Put("b", 2, 20, 30), Read("a", 1, 40, 50)]),
        ("a value was seen before its write began", false, [Read("a", 1, 0, 10), Put("a", 1, 20, 30)]),
        ("a value was seen that nobody can have written", false, [Read("a", 1, 0, 10)]),
        ("a deletion was seen that nobody can have made", false, [Put("a", 1, 0, 5), Unknown(Delete(0, 20, 20)), Read(null, 7, 8, 10)]),
        ("two writes made one version", false, [Put("a", 1, 0, 10), Put("b", 1, 20, 30)]),
        ("one write was seen under two versions", false, [Unknown(Put("a", 0, 0, 10)), Read("a", 1, 20, 30), Read("a", 2, 40, 50)]),
        ("one version has two values", false, [Put("a", 1, 0, 10), Unknown(Put("b", 0, 0, 10)), Read("b", 1, 20, 30)]),
        ("one version was consumed twice", false, [Put("a", 1, 0, 10), CompareAndSet(1, "b", 2, 20, 90), CompareAndSet(1, "c", 3, 20, 90)]),
        ("a condition on a version held that was never there", false, [Put("a", 1, 0, 10), CompareAndSet(5, "b", 6, 20, 30)]),
        ("conditions consume each other in a circle", false, [CompareAndSet(2, "a", 1, 0, 90), CompareAndSet(1, "b", 2, 0, 90)]),
        ("states follow each other against real time", false, [Put("a", 1, 50, 60), CompareAndSet(1, "b", 2, 0, 40)]),
        ("a condition that held was refused", false, [Put("a", 1, 0, 10), Refused(CompareAndSet(1, "b", 0, 20, 30), 1, "a")]),
        ("a delete left what it found", false, [Put("a", 1, 0, 10), DeleteOfNothing(1, 20, 30) with { ObservedValue = "a" }]),
        ("versions run against real time", true, [Put("a", 2, 0, 10), Put("b", 1, 20, 30)]),
        ("another version stood between the one a condition named and the one it wrote", true, [Put("a", 1, 0, 90), Put("b", 2, 0, 90), CompareAndSet(1, "c", 3, 0, 90)]),
        ("something was gone that nobody can have deleted", true, [Put("a", 1, 0, 10), Create("b", 2, 20, 30)]),
        ("something was deleted that nobody can have written", true, [Put("a", 1, 0, 10), Delete(2, 20, 30), Delete(3, 40, 50)]),
        ("one sum was reached twice", false, [Increment(1, 1, 0, 10), Increment(1, 2, 20, 30)]),
        ("a sum was consumed twice, or passed over", false, [Increment(2, 1, 0, 10, by: 2), Increment(3, 2, 20, 30, by: 2)]),
        ("a counter grew by more than all increments can explain", false, [Increment(1, 1, 0, 10), Unknown(Increment(0, 0, 50, 50)), Increment(3, 3, 20, 30)]),
        ("sums run against real time", false, [Increment(1, 1, 20, 30), Increment(2, 2, 0, 10)]),
        ("a counter does not hold a number", false, [Increment(1, 1, 20, 30), Read("x", 2, 40, 50)]),
        ("a counter went below nothing", false, [Increment(1, 1, 20, 30), Read("-1", 2, 0, 10)]),
        ("versions run against sums", true, [Increment(1, 2, 0, 90), Increment(2, 1, 0, 90)]),
    ];

    private static void AssertCorrect(params OperationRecord[] history) => Assert.Null(LinearizabilityChecker.Check(history).Violation);

    private static OperationRecord Put(string value, int version, long start, long finish) => Operation(OperationKind.Put, start, finish) with
    {
        Written = value,
        WrittenVersion = (UInt128)(ulong)version,
    };

    private static OperationRecord Delete(int version, long start, long finish) =>
        Operation(OperationKind.Delete, start, finish) with { WrittenVersion = (UInt128)(ulong)version };

    private static OperationRecord DeleteOfNothing(int found, long start, long finish) =>
        Operation(OperationKind.Delete, start, finish) with { ObservedVersion = (UInt128)(ulong)found };

    private static OperationRecord CompareAndSet(int expected, string value, int version, long start, long finish) =>
        Operation(OperationKind.CompareAndSet, start, finish) with
        {
            Expected = (UInt128)(ulong)expected,
            Written = value,
            WrittenVersion = (UInt128)(ulong)version,
        };

    private static OperationRecord Create(string value, int version, long start, long finish) =>
        CompareAndSet(1, value, version, start, finish) with { Expected = null };

    private static OperationRecord Increment(long sum, int version, long start, long finish, long by = 1) =>
        Operation(OperationKind.Increment, start, finish) with
        {
            By = by,
            Written = sum.ToString(CultureInfo.InvariantCulture),
            WrittenVersion = (UInt128)(ulong)version,
        };

    private static OperationRecord Read(string? value, int version, long start, long finish) =>
        Operation(OperationKind.Read, start, finish) with { ObservedValue = value, ObservedVersion = (UInt128)(ulong)version };

    private static OperationRecord Refused(OperationRecord operation, int version, string? value) =>
        operation with { WrittenVersion = OperationRecord.NoVersion, ObservedVersion = (UInt128)(ulong)version, ObservedValue = value };

    private static OperationRecord Unknown(OperationRecord operation) => operation with
    {
        Outcome = RecordedOutcome.Unknown,
        WrittenVersion = OperationRecord.NoVersion,
        Written = operation.Kind == OperationKind.Increment ? null : operation.Written,
    };

    private static OperationRecord Operation(OperationKind kind, long start, long finish) =>
        new() { Key = "k", Kind = kind, Start = start, Finish = finish, Outcome = RecordedOutcome.Committed };
}
