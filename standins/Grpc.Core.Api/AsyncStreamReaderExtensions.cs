namespace Grpc.Core;

/// <summary>Shorthand for reading streams.</summary>
public static class AsyncStreamReaderExtensions
{
    /// <summary>Moves to the next message without a way to cancel.</summary>
    /// <returns>False at the end of the stream.</returns>
    public static Task<bool> MoveNext<T>(this IAsyncStreamReader<T> streamReader)
        where T : class
    {
        ArgumentNullException.ThrowIfNull(streamReader);
        return streamReader.MoveNext(CancellationToken.None);
    }
}
