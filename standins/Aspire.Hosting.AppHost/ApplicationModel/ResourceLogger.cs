using Microsoft.Extensions.Logging;

namespace Aspire.Hosting.ApplicationModel;

/// <summary>Writes what the AppHost has to say about a resource among the resource's own lines.</summary>
internal sealed class ResourceLogger(Action<(string Text, bool IsError)> write) : ILogger
{
    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => logLevel is >= LogLevel.Information and < LogLevel.None;

    public void Log<TState>(
        LogLevel logLevel,
        EventId eventId,
        TState state,
        Exception? exception,
        Func<TState, Exception?, string> formatter
    )
    {
        if (!IsEnabled(logLevel))
        {
            return;
        }
        var isError = logLevel >= LogLevel.Error;
        write((formatter(state, exception), isError));
        if (exception is not null)
        {
            write((exception.ToString(), isError));
        }
    }
}
