using System.Runtime.ExceptionServices;

namespace KvStore.Tests.Simulation;

/// <summary>
/// Finds tasks that failed with nobody looking. The runtime tells of them only when they are collected, and tells everyone
/// in the process at once; so this remembers what was thrown on its own thread and picks those out.
/// </summary>
internal sealed class UnobservedExceptions : IDisposable
{
    /// <summary>Beyond this many exceptions in one run later ones go unnoticed.</summary>
    private const int ThrownMax = 100_000;

    private readonly int _thread;
    private readonly HashSet<Exception> _thrownHere = new(ReferenceEqualityComparer.Instance);
    private readonly Lock _lock = new();
    private Exception? _found;

    public UnobservedExceptions(int thread)
    {
        _thread = thread;
        AppDomain.CurrentDomain.FirstChanceException += OnThrown;
        TaskScheduler.UnobservedTaskException += OnUnobserved;
    }

    /// <summary>Collects garbage and answers the first failure that nobody looked at, if there is one.</summary>
    public Exception? Collect()
    {
        lock (_lock)
        {
            if (_thrownHere.Count == 0)
            {
                return null;
            }
        }

        GC.Collect();
        GC.WaitForPendingFinalizers();
        lock (_lock)
        {
            return _found;
        }
    }

    public void Dispose()
    {
        AppDomain.CurrentDomain.FirstChanceException -= OnThrown;
        TaskScheduler.UnobservedTaskException -= OnUnobserved;
    }

    private void OnThrown(object? sender, FirstChanceExceptionEventArgs thrown)
    {
        if (Environment.CurrentManagedThreadId == _thread)
        {
            lock (_lock)
            {
                if (_thrownHere.Count < ThrownMax)
                {
                    _thrownHere.Add(thrown.Exception);
                }
            }
        }
    }

    private void OnUnobserved(object? sender, UnobservedTaskExceptionEventArgs unobserved)
    {
        lock (_lock)
        {
            _found ??= unobserved.Exception.InnerExceptions.FirstOrDefault(_thrownHere.Contains);
        }
    }
}
