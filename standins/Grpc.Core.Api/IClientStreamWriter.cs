namespace Grpc.Core;

/// <summary>The stream of requests of a client.</summary>
public interface IClientStreamWriter<in T> : IAsyncStreamWriter<T>
{
    /// <summary>Ends the stream; nothing may be written afterwards.</summary>
    Task CompleteAsync();
}
