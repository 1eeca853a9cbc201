namespace Grpc.Core;

/// <summary>A stream of messages to read, one at a time.</summary>
public interface IAsyncStreamReader<out T>
{
    /// <summary>The message <see cref="MoveNext"/> moved to; undefined before it and after the end.</summary>
    T Current { get; }

    /// <summary>Waits for the next message.</summary>
    /// <returns>False at the end of the stream.</returns>
    Task<bool> MoveNext(CancellationToken cancellationToken);
}
