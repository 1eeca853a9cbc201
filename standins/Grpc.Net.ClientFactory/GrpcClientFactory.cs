using System.Diagnostics.CodeAnalysis;
namespace Grpc.Net.ClientFactory;

/// <summary>Makes clients as they were configured by name.</summary>
public abstract class GrpcClientFactory
{
    /// <param name="name">As given to <c>AddGrpcClient</c>; by default the name of the client's type.</param>
    /// <exception cref="InvalidOperationException">No such client was added, or it lacks an address.</exception>
    public abstract TClient CreateClient<[DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicConstructors)] TClient>(string name)
        where TClient : class;
}
