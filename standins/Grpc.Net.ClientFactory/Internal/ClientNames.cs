namespace Grpc.Net.ClientFactory.Internal;

// Which names are gRPC clients' and of which type, known while services are still being added.
internal sealed class ClientNames
{
    private readonly Dictionary<string, Type> _clients = [];

    public bool IsClient(string? name) => name is not null && _clients.ContainsKey(name);

    public void Add(string name, Type client)
    {
        if (!_clients.TryAdd(name, client) && _clients[name] != client)
        {
            throw new InvalidOperationException(
                $"The gRPC client factory already has a registered client with the name '{name}', bound to the type '{_clients[name].FullName}'. "
                + "Client names are computed based on the type name without considering the namespace ('FullName'). "
                + "Use an overload of AddGrpcClient that accepts a string and provide a unique name to resolve the conflict.");
        }
    }
}
