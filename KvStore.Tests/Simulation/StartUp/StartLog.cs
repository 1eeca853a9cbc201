using System.Globalization;
using Microsoft.Extensions.Logging;

namespace KvStore.Tests.Simulation.StartUp;

/// <summary>The log of one simulated process: shown with the steps of a run, and kept where it warns.</summary>
internal sealed class StartLog(SimulatedScheduler scheduler, string process, List<string> warnings) : ILogger
{
    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Warning || scheduler.Watch is not null;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        if (!IsEnabled(logLevel))
        {
            return;
        }

        string text = formatter(state, exception);
        scheduler.Watch?.Invoke(string.Create(CultureInfo.InvariantCulture, $"{scheduler.Now.TotalMilliseconds,12:0.0000} {process} logs: {text}"));
        if (logLevel >= LogLevel.Warning)
        {
            warnings.Add($"{process}: {text}");
        }
    }
}
