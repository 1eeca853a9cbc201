using System.Globalization;

namespace KvStore.Tests.Simulation;

/// <summary>
/// Runs ordinary asynchronous code and lane steps on one thread in virtual time, in an order that a seed chooses.
///
/// Work is whatever a <see cref="SimulatedProcess"/> was asked to run: continuations (through its synchronization context),
/// timers (through <see cref="SimulatedTime"/>), lane steps. Of all that is ready one piece is drawn and run to its end;
/// every step takes a little virtual time, and when nothing is ready time leaps to the next timer. Each step goes into
/// <see cref="Trace"/>, so equal hashes mean equal runs.
///
/// It can only order what stays on its thread. What leaves (Task.Run, ConfigureAwait(false), real timers, file I/O) is
/// noticed when it comes back from another thread, and fails the run by name. What only differs from process to process
/// (string hashes, the order of immutable sets) shows in the trace hash of two processes.
/// </summary>
internal sealed class SimulatedScheduler : IDisposable
{
    public const long StepsMaxDefault = 10_000_000;

    /// <summary>How much virtual time a step takes at most: 2 µs. Not zero, so that a loop that never waits meets its deadline.</summary>
    private const int StepTicksMax = 20;

    private readonly Random _random;
    private readonly long _stepsMax;
    private readonly int _thread = Environment.CurrentManagedThreadId;
    private readonly List<SimulatedWork> _ready = [];
    private readonly PriorityQueue<SimulatedWork, (long Due, long Number)> _later = new();
    private readonly UnobservedExceptions _unobserved;
    private long _now;
    private long _workNumber;
    private int _processes;
    private bool _running;
    private volatile SimulationFailedException? _failure;

    public SimulatedScheduler(Random random, long stepsMax = StepsMaxDefault)
    {
        _random = random;
        _stepsMax = stepsMax;
        _unobserved = new UnobservedExceptions(_thread);
        World = NewProcess("world");
    }

    /// <summary>What is no member: the network in flight, faults, the workload. Never dies.</summary>
    public SimulatedProcess World { get; }

    /// <summary>Virtual time since the run began.</summary>
    public TimeSpan Now => TimeSpan.FromTicks(_now);

    public long Steps { get; private set; }

    public TraceHash Trace { get; } = new();

    /// <summary>Is told every step, for people: what a failing seed did, or where two runs part.</summary>
    public Action<string>? Watch { get; set; }

    /// <summary>Has something gone wrong that the next step or <see cref="Finish"/> will throw?</summary>
    public bool HasFailed => _failure is not null;

    /// <summary>One life of a member. A restart is a new process.</summary>
    public SimulatedProcess NewProcess(string name) => new(this, name, _processes++);

    /// <summary>Puts what happened into the trace: answers, deliveries, anything that two runs must have in common.</summary>
    public void Record(string what)
    {
        if (!IsHere)
        {
            Left("A record in the trace");
            return;
        }

        Trace.Add(what);
        Watch?.Invoke(string.Create(CultureInfo.InvariantCulture, $"{Now.TotalMilliseconds,12:0.0000} {what}"));
    }

    /// <summary>As <see cref="Record(string)"/> where it happens often: words are made only where somebody reads them.</summary>
    public void Record(ReadOnlySpan<long> what, Func<string> words)
    {
        if (Watch is not null)
        {
            Record(words());
        }

        foreach (var number in what)
        {
            Trace.Add(number);
        }
    }

    /// <summary>
    /// Runs until the condition holds, looking after every step. False: the virtual time <paramref name="deadline"/> (since
    /// the run began) has come, or nothing is left that could ever run.
    /// </summary>
    /// <exception cref="SimulationFailedException">Something threw, left the thread, or took more steps than allowed.</exception>
    public bool RunUntil(Func<bool> condition, TimeSpan deadline)
    {
        if (!IsHere || _running)
        {
            throw new InvalidOperationException("A simulation is run by the thread that made it, once at a time.");
        }

        var outer = SynchronizationContext.Current;
        _running = true;
        try
        {
            while (!condition())
            {
                if (!Step(deadline.Ticks))
                {
                    ThrowIfFailed();
                    return false;
                }
            }

            ThrowIfFailed();
            return true;
        }
        finally
        {
            _running = false;
            SynchronizationContext.SetSynchronizationContext(outer);
        }
    }

    /// <summary>Runs for this long.</summary>
    public void RunFor(TimeSpan time)
    {
        var until = Now + time;
        RunUntil(() => false, until);
        _now = Math.Max(_now, until.Ticks);
    }

    /// <summary>Ends the run: anything that threw unseen or left the thread without being noticed yet fails it now.</summary>
    public void Finish()
    {
        if (_unobserved.Collect() is { } exception)
        {
            Fail("a task failed and nobody looked", exception);
        }

        ThrowIfFailed();
    }

    public void Dispose() => _unobserved.Dispose();

    internal void Enqueue(SimulatedProcess process, WorkKind kind, Action<object?> run, object? state)
    {
        if (!IsHere)
        {
            Left($"A {kind} of {process.Name}");
            return;
        }

        _ready.Add(new SimulatedWork(process, kind, ++_workNumber, run, state));
    }

    internal void EnqueueAfter(TimeSpan delay, SimulatedProcess process, WorkKind kind, Action<object?> run, object? state)
    {
        if (!IsHere)
        {
            Left($"A {kind} of {process.Name}");
            return;
        }

        var work = new SimulatedWork(process, kind, ++_workNumber, run, state);
        _later.Enqueue(work, (_now + Math.Max(0, delay.Ticks), work.Number));
    }

    internal void EnqueueAgain(IEnumerable<SimulatedWork> held) => _ready.AddRange(held);

    /// <summary>Is this the simulation's thread?</summary>
    internal bool IsHere => Environment.CurrentManagedThreadId == _thread;

    /// <summary>Something reached the simulation from another thread: the run has failed. Does not throw, as that is a pool thread.</summary>
    internal void Left(string what) => Fail(
        $"{what} came from another thread ({Thread.CurrentThread.Name ?? "unnamed"}): something left the simulation, "
        + "such as Task.Run, ConfigureAwait(false), ContinueWith, a real timer or file I/O");

    private bool Step(long deadline)
    {
        ThrowIfFailed();
        if (_ready.Count == 0 && !_later.TryPeek(out _, out _))
        {
            return false;
        }

        if (_ready.Count == 0)
        {
            _later.TryPeek(out _, out var next);
            _now = Math.Max(_now, Math.Min(next.Due, deadline));
        }

        while (_later.TryPeek(out _, out var due) && due.Due <= _now)
        {
            _ready.Add(_later.Dequeue());
        }

        if (_now >= deadline)
        {
            return false;
        }

        if (_ready.Count > 0)
        {
            Run(Draw());
        }

        return true;
    }

    private SimulatedWork Draw()
    {
        var at = _random.Next(_ready.Count);
        var work = _ready[at];
        _ready[at] = _ready[^1];
        _ready.RemoveAt(_ready.Count - 1);
        return work;
    }

    private void Run(SimulatedWork work)
    {
        if (!work.Process.Admits(work))
        {
            return;
        }

        if (++Steps > _stepsMax)
        {
            Fail($"took more than {_stepsMax} steps");
            return;
        }

        Trace.Add(_now);
        Trace.Add(((long)work.Process.Number << 8) | (byte)work.Kind);
        Trace.Add(work.Number);
        Watch?.Invoke(string.Create(
            CultureInfo.InvariantCulture, $"{Now.TotalMilliseconds,12:0.0000} {work.Process.Name}: {work.Kind} {work.Number}"));

        SynchronizationContext.SetSynchronizationContext(work.Process.Context);
        try
        {
            work.Run(work.State);
        }
        catch (Exception exception)
        {
            Fail($"{work.Process.Name} threw", exception);
        }

        _now += _random.Next(StepTicksMax + 1);
    }

    private void Fail(string what, Exception? exception = null)
    {
        var message = string.Create(
            CultureInfo.InvariantCulture, $"At {Now.TotalMilliseconds:0.0000} ms, step {Steps}, trace {Trace}: {what}. {exception?.Message}");
        Interlocked.CompareExchange(ref _failure, new SimulationFailedException(message.TrimEnd(), exception), null);
    }

    private void ThrowIfFailed()
    {
        if (_failure is { } failure)
        {
            throw failure;
        }
    }
}
