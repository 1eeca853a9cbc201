using Xunit;

namespace KvStore.Tests.Tidy;

public sealed class HabitTests
{
    [Fact]
    public void No_catch_swallows_everything() => Verdict.Clean(HabitRules.SilentCatches(Repository.Here.Sources));

    [Fact]
    public void Nobody_sleeps() => Verdict.Clean(HabitRules.Sleeps(Repository.Here.Sources));

    [Fact]
    public void Tests_wait_for_conditions_and_not_for_times() => Verdict.Clean(
        HabitRules.TestDelays(Repository.Here.Sources),
        new Allowance("KvStore.Tests/StandIns/Aspire/Processes.cs", "", "The end of somebody else's process is only seen by looking again and again."));

    [Theory]
    [InlineData("catch { }", 1)]
    [InlineData("catch (Exception) { _failed = true; }", 1)]
    [InlineData("catch (Exception e) { return; }", 1)]
    [InlineData("catch (IOException) { }", 1)]
    [InlineData("catch (Exception e) when (e is IOException) { }", 1)]
    [InlineData("catch { throw; }", 0)]
    [InlineData("catch (Exception e) { _crash(e); }", 0)]
    [InlineData("catch (Exception) { throw new InvalidOperationException(); }", 0)]
    [InlineData("catch (IOException) { _failed = true; }", 0)]
    [InlineData("catch (IOException) { /* the peer is gone: nobody waits */ }", 0)]
    [InlineData("catch (Exception e) when (e is IOException) { return; }", 0)]
    public void A_catch_that_swallows_is_found(string clause, int findings) =>
        Assert.Equal(findings, HabitRules.SilentCatches([Sample($"try {{ Y(); }} {clause}")]).Count());

    [Theory]
    [InlineData("Thread.Sleep(10);", 1)]
    [InlineData("thread.Join();", 0)]
    public void A_sleep_is_found(string statement, int findings) => Assert.Equal(findings, HabitRules.Sleeps([Sample(statement)]).Count());

    [Theory]
    [InlineData("await Task.Delay(10);", 1)]
    [InlineData("await Task.Delay(TimeSpan.FromSeconds(1), cancellation);", 1)]
    [InlineData("await Task.Delay(10, time);", 0)]
    [InlineData("await Task.Delay(10, _clock.Time, cancellation);", 0)]
    [InlineData("await Task.Delay(Timeout.Infinite, cancellation);", 0)]
    public void A_wait_for_a_time_in_a_test_is_found(string statement, int findings) =>
        Assert.Equal(findings, HabitRules.TestDelays([Sample(statement)]).Count());

    private static SourceFile Sample(string statement) =>
        SourceFile.Sample("KvStore.Tests/A.cs", $"class A {{ async Task X() {{ {statement} }} }}");
}
