using System.Reflection;
using Google.Protobuf.Reflection;
using Grpc.Core;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Grpc.AspNetCore.Server.Reflection.Internal;

// The services that the application mapped, as far as they were generated from protocol buffers.
internal sealed class MappedServices(EndpointDataSource endpoints)
{
    public List<ServiceDescriptor> Find() =>
    [
        .. endpoints.Endpoints.Select(endpoint => endpoint.Metadata.GetMetadata<GrpcMethodMetadata>()?.ServiceType).OfType<Type>()
            .Distinct().Select(DescriptorOf).OfType<ServiceDescriptor>().Distinct(),
    ];

    // Generated code marks the base class of a service with the class that describes and binds it, of which a native program keeps the methods.
    private static ServiceDescriptor? DescriptorOf(Type service) =>
        service.GetCustomAttribute<BindServiceMethodAttribute>(inherit: true)?.BindType
            .GetMethod("get_Descriptor", BindingFlags.Public | BindingFlags.Static)?.Invoke(null, null) as ServiceDescriptor;
}
