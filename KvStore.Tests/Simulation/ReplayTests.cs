using KvStore.Tests.Simulation.Toy;
using Xunit;

namespace KvStore.Tests.Simulation;

/// <summary>A seed decides everything: the promise that all of simulation rests on, and what breaks it.</summary>
public sealed class ReplayTests
{
    private const int Seeds = 200;

    public static TheoryData<string> Leaving => [.. UnsimulatedPrograms.NamesOfLeaving];

    public static TheoryData<string> Staying => [.. SimulatedPrograms.Names];

    public static TheoryData<string> Differing => [.. UnsimulatedPrograms.NamesOfDiffering];

    [Fact]
    public async Task Two_hundred_seeds_replay_exactly_in_two_fresh_processes()
    {
        string[] command = [SimulationCommand.Name, "toy", "--seed", "1", "--seeds", $"{Seeds}"];
        var token = TestContext.Current.CancellationToken;
        var both = await Task.WhenAll(ChildProcess.Run(command, token), ChildProcess.Run(command, token));

        var lines = both[0].Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(Seeds, lines.Length);
        Assert.Equal(Seeds, lines.Select(line => line.Split(' ')[3]).Distinct().Count());
        Assert.Equal(both[0], both[1]);

        // And here, in a third process with other work around it.
        Assert.Equal(lines[..10], Enumerable.Range(1, 10).Select(seed => ToyRun.Play((ulong)seed).ToString()));
    }

    [Fact]
    public void The_toy_meets_every_fault_and_every_way_of_waiting()
    {
        var runs = Enumerable.Range(1, 20).Select(seed => ToyRun.Play((ulong)seed)).ToList();
        Assert.All(
            new (string What, Func<ToyRun, long> Count)[]
            {
                ("answered", run => run.Counts.Answered),
                ("timed out", run => run.Counts.TimedOut),
                ("refused", run => run.Counts.Refused),
                ("logged", run => run.Counts.Logged),
                ("crashes", run => run.Counts.Crashes),
                ("pauses", run => run.Counts.Pauses),
                ("clock jumps", run => run.Counts.ClockJumps),
                ("lost", run => run.Network.Lost),
                ("cut", run => run.Network.Cut),
                ("duplicated", run => run.Network.Duplicated),
                ("corrupted", run => run.Network.Corrupted),
                ("overtaken", run => run.Network.Overtaken),
                ("unreceived", run => run.Network.Unreceived),
            },
            each => Assert.True(runs.Sum(each.Count) >= 20, $"{each.What}: {runs.Sum(each.Count)} in 20 runs"));
    }

    [Theory]
    [MemberData(nameof(Leaving))]
    public void What_leaves_the_thread_is_noticed(string construct) =>
        Assert.Contains("came from another thread", UnsimulatedPrograms.Play(construct, seed: 1), StringComparison.Ordinal);

    [Theory]
    [MemberData(nameof(Staying))]
    public void What_to_write_instead_stays_and_replays(string program)
    {
        var ended = 0;
        var trace = SimulatedPrograms.Play(program, seed: 1, () => ended++);
        Assert.StartsWith("trace ", trace, StringComparison.Ordinal);
        Assert.Equal(trace, SimulatedPrograms.Play(program, seed: 1, () => ended++));
        Assert.Equal(2, ended);
    }

    [Theory]
    [MemberData(nameof(Differing))]
    public async Task What_differs_from_process_to_process_shows_in_the_trace(string construct)
    {
        string[] command = [SimulationCommand.Name, construct, "--seed", "1"];
        var token = TestContext.Current.CancellationToken;
        var both = await Task.WhenAll(ChildProcess.Run(command, token), ChildProcess.Run(command, token));
        Assert.StartsWith("trace ", both[0], StringComparison.Ordinal);
        Assert.NotEqual(both[0], both[1]);
    }

    [Theory]
    [InlineData("simulate toy --seed x")]
    [InlineData("simulate --seeds 0")]
    [InlineData("simulate toy toy")]
    [InlineData("simulate nothing --seed 1")]
    public async Task A_bad_command_is_refused(string command)
    {
        var failure = await Assert.ThrowsAsync<InvalidOperationException>(
            () => ChildProcess.Run(command.Split(' '), TestContext.Current.CancellationToken));
        Assert.Contains("ended with 2", failure.Message, StringComparison.Ordinal);
    }
}
