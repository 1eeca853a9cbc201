namespace Grpc.Core;

/// <summary>Stands for a server call in the calls made on its behalf. Opaque; only transports make them.</summary>
public abstract class ContextPropagationToken
{
    internal ContextPropagationToken()
    {
    }
}
