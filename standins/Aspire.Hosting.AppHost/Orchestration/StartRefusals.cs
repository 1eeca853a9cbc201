using System.Globalization;
using System.Net.Sockets;
using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Proxies;

namespace Aspire.Hosting.Orchestration;

/// <summary>
/// What is known to be wrong with an application before anything of it is started, all of it at once, each with the name of what is wrong.
/// </summary>
internal static class StartRefusals
{
    /// <param name="model">The application; its endpoints have their ports.</param>
    /// <param name="outputs">Where programs of projects are.</param>
    /// <param name="proxies">Begin to listen here, which takes their ports for good.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="DistributedApplicationException">Something is wrong; a line for each.</exception>
    public static async Task ThrowAsync(
        DistributedApplicationModel model,
        BuiltOutputs outputs,
        EndpointProxies proxies,
        CancellationToken cancellationToken
    )
    {
        var reasons = new List<string>();
        reasons.AddRange(Circles(model));
        foreach (var resource in model.Resources)
        {
            reasons.AddRange(Strangers(model, resource));
            reasons.AddRange(MissingEndpoints(resource));
            reasons.AddRange(OfEndpoints(resource));
            reasons.AddRange(MissingProgram(resource, outputs));
            reasons.AddRange(await MissingValueAsync(resource, cancellationToken));
        }
        reasons.AddRange(PortsWantedTwice(model));
        // Only what nothing else is wrong with takes ports, or a message about one mistake would be lost among those that follow from it.
        if (reasons.Count == 0)
        {
            foreach (var resource in model.Resources)
            {
                reasons.AddRange(proxies.Listen(resource));
                reasons.AddRange(Conflicts(resource));
            }
        }
        if (reasons.Count > 0)
        {
            proxies.Dispose();
            throw new DistributedApplicationException(string.Join(Environment.NewLine, reasons.Distinct()));
        }
    }

    private static bool IsExplicit(IResource resource) => resource.HasAnnotationOfType<ExplicitStartupAnnotation>();

    private static IEnumerable<string> Circles(DistributedApplicationModel model) =>
        model.Resources.Select(WaitCircle.Find).OfType<string>().Take(1).Select(circle => $"Resources wait for each other in a circle: {circle}.");

    /// <summary>A resource of another application, or one that was never added, would be waited for in vain.</summary>
    private static IEnumerable<string> Strangers(DistributedApplicationModel model, IResource resource) =>
        resource
            .Annotations.OfType<WaitAnnotation>()
            .Where(wait => !model.Resources.Contains(wait.Resource))
            .Select(wait => $"'{resource.Name}' waits for '{wait.Resource.Name}', which is no resource of this application.")
            .Concat(
                Referred(resource)
                    .Where(referred => !model.Resources.Contains(referred))
                    .Select(referred => $"'{resource.Name}' refers to '{referred.Name}', which is no resource of this application.")
            );

    private static IEnumerable<IResource> Referred(IResource resource) =>
        resource
            .Annotations.OfType<EndpointReferenceAnnotation>()
            .Select(IResource (reference) => reference.Resource)
            .Concat(Values(resource).OfType<EndpointReference>().Select(IResource (endpoint) => endpoint.Resource))
            .Concat(Values(resource).OfType<ParameterResource>());

    private static IEnumerable<object> Values(IResource resource) =>
        resource.Annotations.OfType<ValueAnnotation>().SelectMany(annotation => ModelReferences.Of(annotation.Value));

    private static IEnumerable<string> MissingEndpoints(IResource resource) =>
        resource
            .Annotations.OfType<EndpointReferenceAnnotation>()
            .SelectMany(reference => EndpointDiscovery.Missing(resource, reference))
            .Concat(
                Values(resource)
                    .OfType<EndpointReference>()
                    .Where(endpoint => !endpoint.Exists)
                    .Select(endpoint => EndpointDiscovery.DescribeMissing(resource, endpoint.Resource, endpoint.EndpointName))
            );

    private static IEnumerable<string> OfEndpoints(IResource resource)
    {
        foreach (var endpoint in resource.Annotations.OfType<EndpointAnnotation>())
        {
            var isProxied = EndpointProxies.IsProxied(resource, endpoint);
            var name = $"The endpoint '{endpoint.Name}' of '{resource.Name}'";
            if (isProxied && endpoint.Port is { } port && port == endpoint.TargetPort)
            {
                yield return string.Create(
                    CultureInfo.InvariantCulture,
                    $"{name} has the port {port} for its proxy and for its program. Leave one of them out, or ask for no proxy."
                );
            }
            if (resource.GetReplicaCount() > 1 && !isProxied)
            {
                yield return $"{name} is without a proxy, which does not go with replicas: they cannot all listen on one port.";
            }
            if (resource.GetReplicaCount() > 1 && isProxied && endpoint.TargetPort is not null)
            {
                yield return $"{name} has a target port, which does not go with replicas: each needs one of its own.";
            }
        }
    }

    private static IEnumerable<string> MissingProgram(IResource resource, BuiltOutputs outputs)
    {
        try
        {
            switch (resource)
            {
                case ProjectResource project:
                    outputs.Find(project);
                    break;
                case ExecutableResource executable when !IsExplicit(executable):
                    LaunchPlanner.RefuseMissingProgram(executable);
                    break;
            }
            return [];
        }
        catch (DistributedApplicationException e)
        {
            return [e.Message];
        }
    }

    private static async Task<IEnumerable<string>> MissingValueAsync(IResource resource, CancellationToken cancellationToken)
    {
        // A connection string that others can do without may be missing.
        var needed = Values(resource)
            .OfType<ConnectionStringReference>()
            .Where(reference => !reference.Optional)
            .Select(reference => reference.Resource as ConnectionStringParameterResource)
            .Append<ParameterResource?>(resource is ConnectionStringParameterResource ? null : resource as ParameterResource);
        var reasons = new List<string>();
        foreach (var parameter in needed.OfType<ParameterResource>())
        {
            try
            {
                await parameter.GetValueAsync(cancellationToken);
            }
            catch (MissingParameterValueException e)
            {
                reasons.Add(e.Message);
            }
        }
        return reasons;
    }

    private static IEnumerable<string> PortsWantedTwice(DistributedApplicationModel model) =>
        from resource in model.Resources
        where resource is ProjectResource or ExecutableResource
        from endpoint in resource.Annotations.OfType<EndpointAnnotation>()
        let isProxied = EndpointProxies.IsProxied(resource, endpoint)
        where endpoint.Protocol == ProtocolType.Tcp
        // What is started by hand may take turns.
        from port in IsExplicit(resource)
            ? isProxied ? [endpoint.AllocatedEndpoint!.Port] : Array.Empty<int>()
            : endpoint.TargetPorts.Append(endpoint.AllocatedEndpoint!.Port).Distinct()
        group $"'{endpoint.Name}' of '{resource.Name}'" by port into wanted
        where wanted.Distinct().Count() > 1
        select string.Create(
            CultureInfo.InvariantCulture,
            $"Port {wanted.Key} is wanted by more than one endpoint: {string.Join(", ", wanted.Distinct())}."
        );

    private static IEnumerable<string> Conflicts(IResource resource) =>
        resource is ProjectResource or ExecutableResource && !IsExplicit(resource)
            ? ResourceInstance.Of(resource).SelectMany(instance => EndpointAllocation.Conflicts(resource, instance.Index))
            : [];
}
