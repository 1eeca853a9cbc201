namespace Grpc.Core;

/// <summary>The stream of responses of a server; it ends when the handler returns.</summary>
public interface IServerStreamWriter<in T> : IAsyncStreamWriter<T>
{
}
