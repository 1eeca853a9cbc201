using Grpc.AspNetCore.Server.Reflection.Internal;
using Grpc.Reflection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Lets clients ask which services there are.</summary>
public static class GrpcReflectionServiceExtensions
{
    /// <summary>Adds what <c>MapGrpcReflectionService</c> serves.</summary>
    public static IServiceCollection AddGrpcReflection(this IServiceCollection services)
    {
        ArgumentNullException.ThrowIfNull(services);
        services.TryAddSingleton<MappedServices>();

        // Made by the first call, when everything is mapped.
        services.TryAddSingleton(static provider => new ReflectionServiceImpl(provider.GetRequiredService<MappedServices>().Find()));
        services.TryAddSingleton(static provider => new ReflectionV1ServiceImpl(provider.GetRequiredService<MappedServices>().Find()));
        return services;
    }
}
