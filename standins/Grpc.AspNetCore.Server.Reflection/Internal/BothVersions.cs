using Microsoft.AspNetCore.Builder;

namespace Grpc.AspNetCore.Server.Reflection.Internal;

// A convention for the reflection service is one for both of its versions.
internal sealed class BothVersions(params IEndpointConventionBuilder[] versions) : IEndpointConventionBuilder
{
    public void Add(Action<EndpointBuilder> convention) => Array.ForEach(versions, version => version.Add(convention));

    public void Finally(Action<EndpointBuilder> finallyConvention) => Array.ForEach(versions, version => version.Finally(finallyConvention));
}
