namespace KvStore.Tests.Simulation;

/// <summary>
/// One life of a member: everything it runs is run here, and ends with it. After <see cref="Kill"/> its continuations,
/// timers and steps are thrown away, as a crash does; while paused (a stopped process, a long collection) they are held.
/// </summary>
internal sealed class SimulatedProcess
{
    private readonly SimulatedScheduler _scheduler;
    private readonly List<SimulatedWork> _held = [];

    internal SimulatedProcess(SimulatedScheduler scheduler, string name, int number)
    {
        _scheduler = scheduler;
        Name = name;
        Number = number;
        Context = new ProcessContext(this);
    }

    public string Name { get; }

    /// <summary>In the order of starts over the whole run.</summary>
    public int Number { get; }

    public bool IsDead { get; private set; }

    public bool IsPaused { get; private set; }

    /// <summary>Set while this process runs, so that what it awaits comes back here.</summary>
    public SynchronizationContext Context { get; }

    public SimulatedScheduler Scheduler => _scheduler;

    /// <summary>Runs a lane step, or anything else that does not wait.</summary>
    public void Post(Action step) => Enqueue(WorkKind.Step, static state => ((Action)state!)(), step);

    /// <summary>Runs a step later, by virtual time. No clock fault moves it.</summary>
    public void PostAfter(TimeSpan delay, Action step) => EnqueueAfter(delay, WorkKind.Step, static state => ((Action)state!)(), step);

    /// <summary>Runs a loop or any asynchronous program. What it throws fails the run, except that it was cancelled.</summary>
    public void Run(Func<Task> program) => Post(() => Await(program));

    /// <summary>The process is gone, in the middle of whatever it did.</summary>
    public void Kill()
    {
        IsDead = true;
        _held.Clear();
    }

    /// <summary>Nothing runs until <see cref="Resume"/>; time and frames pass by meanwhile.</summary>
    public void Pause() => IsPaused = true;

    public void Resume()
    {
        IsPaused = false;
        _scheduler.EnqueueAgain(_held);
        _held.Clear();
    }

    internal void Enqueue(WorkKind kind, Action<object?> run, object? state)
    {
        if (!IsDead)
        {
            _scheduler.Enqueue(this, kind, run, state);
        }
    }

    internal void EnqueueAfter(TimeSpan delay, WorkKind kind, Action<object?> run, object? state)
    {
        if (!IsDead)
        {
            _scheduler.EnqueueAfter(delay, this, kind, run, state);
        }
    }

    /// <summary>May this run now? Work of a dead process is thrown away, that of a paused one kept.</summary>
    internal bool Admits(SimulatedWork work)
    {
        if (IsPaused && !IsDead)
        {
            _held.Add(work);
        }

        return !IsDead && !IsPaused;
    }

    // Async void on purpose: an exception goes to the synchronization context, which fails the run.
    private static async void Await(Func<Task> program)
    {
        try
        {
            await program();
        }
        catch (OperationCanceledException)
        {
            // The way in which loops end.
        }
    }

    private sealed class ProcessContext(SimulatedProcess process) : SynchronizationContext
    {
        public override void Post(SendOrPostCallback d, object? state) =>
            process.Enqueue(WorkKind.Continuation, s => d(s), state);

        public override void Send(SendOrPostCallback d, object? state)
        {
            if (process._scheduler.IsHere)
            {
                d(state);
            }
            else
            {
                process._scheduler.Left($"A call into {process.Name}");
            }
        }

        public override SynchronizationContext CreateCopy() => this;
    }
}
