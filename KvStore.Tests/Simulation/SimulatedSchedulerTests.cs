using System.Threading.Channels;
using Xunit;

namespace KvStore.Tests.Simulation;

public sealed class SimulatedSchedulerTests
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(10);

    [Fact]
    public void Ready_work_runs_in_every_order_and_each_seed_keeps_its_own()
    {
        var orders = new HashSet<string>();
        for (ulong seed = 0; seed < 200; seed++)
        {
            var order = OrderOf(seed);
            Assert.Equal(order, OrderOf(seed));
            orders.Add(order);
        }

        Assert.Equal(24, orders.Count);

        static string OrderOf(ulong seed)
        {
            using var scheduler = new SimulatedScheduler(new SeededRandom(seed));
            var order = "";
            foreach (var letter in "abcd")
            {
                scheduler.World.Post(() => order += letter);
            }

            Assert.True(scheduler.RunUntil(() => order.Length == 4, Soon));
            return order;
        }
    }

    [Fact]
    public void Code_that_awaits_stays_in_its_process_and_takes_virtual_time_only()
    {
        using var scheduler = new SimulatedScheduler(new SeededRandom(1));
        var process = scheduler.NewProcess("n1");
        var time = new SimulatedTime(process, new SimulatedClock(scheduler));
        TimeSpan? slept = null;
        process.Run(async () =>
        {
            var start = time.GetTimestamp();
            await Task.Delay(TimeSpan.FromHours(3), time, CancellationToken.None);
            Assert.Same(process.Context, SynchronizationContext.Current);
            slept = time.GetElapsedTime(start);
        });

        Assert.True(scheduler.RunUntil(() => slept is not null, TimeSpan.FromHours(4)));
        Assert.InRange(slept!.Value, TimeSpan.FromHours(3), TimeSpan.FromHours(3) + TimeSpan.FromMilliseconds(1));
        scheduler.Finish();
    }

    [Fact]
    public void Nothing_of_a_killed_process_runs_again()
    {
        using var scheduler = new SimulatedScheduler(new SeededRandom(1));
        var process = scheduler.NewProcess("n1");
        var time = new SimulatedTime(process, new SimulatedClock(scheduler));
        var channel = Channel.CreateUnbounded<int>();
        var ran = new List<string>();
        process.Run(async () =>
        {
            ran.Add("started");
            try
            {
                await channel.Reader.WaitToReadAsync(CancellationToken.None);
                ran.Add("continued");
            }
            finally
            {
                ran.Add("finally");
            }
        });
        process.PostAfter(TimeSpan.FromMilliseconds(2), () => ran.Add("later"));
        using var timer = time.CreateTimer(_ => ran.Add("timer"), null, TimeSpan.FromMilliseconds(2), Timeout.InfiniteTimeSpan);
        scheduler.RunFor(TimeSpan.FromMilliseconds(1));

        process.Post(() => ran.Add("posted before"));
        process.Kill();
        process.Post(() => ran.Add("posted after"));
        channel.Writer.TryWrite(1);
        scheduler.RunFor(TimeSpan.FromMilliseconds(5));

        Assert.Equal(["started"], ran);
        scheduler.Finish();
    }

    [Fact]
    public void A_paused_process_runs_what_came_meanwhile_when_it_resumes()
    {
        using var scheduler = new SimulatedScheduler(new SeededRandom(1));
        var process = scheduler.NewProcess("n1");
        var time = new SimulatedTime(process, new SimulatedClock(scheduler));
        var ticks = new List<TimeSpan>();
        using var timer = time.CreateTimer(
            _ => ticks.Add(scheduler.Now), null, TimeSpan.FromMilliseconds(10), TimeSpan.FromMilliseconds(10));
        var posted = false;

        scheduler.RunFor(TimeSpan.FromMilliseconds(15));
        process.Pause();
        process.Post(() => posted = true);
        scheduler.RunFor(TimeSpan.FromSeconds(60));
        Assert.Equal((1, false), (ticks.Count, posted));

        process.Resume();
        scheduler.RunFor(TimeSpan.FromMilliseconds(15));
        Assert.Equal((3, true), (ticks.Count, posted)); // one tick stands for all that were missed, then they go on
        scheduler.Finish();
    }

    [Fact]
    public void The_deadline_is_in_virtual_time_and_idleness_ends_a_run()
    {
        using var scheduler = new SimulatedScheduler(new SeededRandom(1));
        Assert.False(scheduler.RunUntil(() => false, TimeSpan.FromDays(1)));
        Assert.Equal(TimeSpan.Zero, scheduler.Now);

        scheduler.World.PostAfter(TimeSpan.FromDays(2), () => Assert.Fail("after the deadline"));
        Assert.False(scheduler.RunUntil(() => false, TimeSpan.FromDays(1)));
        Assert.Equal(TimeSpan.FromDays(1), scheduler.Now);
    }

    [Fact]
    public void A_loop_that_never_waits_meets_the_deadline_or_the_bound_of_steps()
    {
        using var scheduler = new SimulatedScheduler(new SeededRandom(1));
        scheduler.World.Post(Again);
        Assert.False(scheduler.RunUntil(() => false, TimeSpan.FromMilliseconds(1)));
        Assert.InRange(scheduler.Steps, 500, 2000);

        using var bounded = new SimulatedScheduler(new SeededRandom(1), stepsMax: 100);
        bounded.World.Post(() => Spin(bounded));
        Assert.Contains("100 steps", Assert.Throws<SimulationFailedException>(() => bounded.RunFor(Soon)).Message, StringComparison.Ordinal);

        void Again() => Spin(scheduler);

        static void Spin(SimulatedScheduler on) => on.World.Post(() => Spin(on));
    }

    [Fact]
    public void What_a_step_or_a_program_throws_fails_the_run()
    {
        using var scheduler = new SimulatedScheduler(new SeededRandom(1));
        scheduler.World.Post(() => throw new FormatException("in a step"));
        var failure = Assert.Throws<SimulationFailedException>(() => scheduler.RunFor(Soon));
        Assert.Contains("world threw. in a step", failure.Message, StringComparison.Ordinal);
        Assert.IsType<FormatException>(failure.InnerException);

        using var second = new SimulatedScheduler(new SeededRandom(1));
        var process = second.NewProcess("n1");
        var time = new SimulatedTime(process, new SimulatedClock(second));
        process.Run(async () =>
        {
            await Task.Delay(TimeSpan.FromMilliseconds(1), time, CancellationToken.None);
            throw new FormatException("after an await");
        });
        Assert.Contains("n1 threw. after an await", Assert.Throws<SimulationFailedException>(() => second.RunFor(Soon)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_failed_task_that_nobody_looks_at_fails_the_run_at_its_end()
    {
        using var scheduler = new SimulatedScheduler(new SeededRandom(1));
        var process = scheduler.NewProcess("n1");
        var time = new SimulatedTime(process, new SimulatedClock(scheduler));
        process.Post(() => _ = Forgotten());
        scheduler.RunFor(TimeSpan.FromMilliseconds(10));
        Assert.Contains("nobody looked", Assert.Throws<SimulationFailedException>(scheduler.Finish).Message, StringComparison.Ordinal);

        async Task Forgotten()
        {
            await Task.Delay(TimeSpan.FromMilliseconds(1), time, CancellationToken.None);
            throw new FormatException("forgotten");
        }
    }

    [Fact]
    public void Work_from_another_thread_fails_the_run_and_is_not_run()
    {
        using var scheduler = new SimulatedScheduler(new SeededRandom(1));
        var process = scheduler.NewProcess("n1");
        var ran = false;
        var thread = new Thread(() => process.Post(() => ran = true)) { Name = "stranger" };
        thread.Start();
        thread.Join();

        var failure = Assert.Throws<SimulationFailedException>(() => scheduler.RunFor(Soon));
        Assert.Contains("A Step of n1 came from another thread (stranger)", failure.Message, StringComparison.Ordinal);
        Assert.False(ran);
    }

    [Fact]
    public void Watching_shows_each_step_and_changes_nothing()
    {
        var lines = new List<string>();
        Assert.Equal(Play(null), Play(lines.Add));
        Assert.Equal(["world: Step 1", "said", "world: Step 2"], lines.Select(line => line[13..]));

        static ulong Play(Action<string>? watch)
        {
            using var scheduler = new SimulatedScheduler(new SeededRandom(3)) { Watch = watch };
            scheduler.World.Post(() =>
            {
                scheduler.Record("said");
                scheduler.World.Post(() => { });
            });
            scheduler.RunFor(Soon);
            return scheduler.Trace.Value;
        }
    }
}
