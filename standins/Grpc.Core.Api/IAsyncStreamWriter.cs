namespace Grpc.Core;

/// <summary>A stream of messages to write, one at a time.</summary>
public interface IAsyncStreamWriter<in T>
{
    /// <summary>Options for the messages that follow; null for the defaults.</summary>
    WriteOptions? WriteOptions { get; set; }

    /// <summary>Writes a message; the next may be written when the task has ended.</summary>
    Task WriteAsync(T message);

    /// <summary>Writes a message unless cancelled, which cancels the whole call.</summary>
    /// <exception cref="NotSupportedException">The token can be cancelled and this stream has no way to do so.</exception>
    Task WriteAsync(T message, CancellationToken cancellationToken) =>
        cancellationToken.CanBeCanceled
            ? throw new NotSupportedException($"{GetType().Name} cannot cancel a write.")
            : WriteAsync(message);
}
