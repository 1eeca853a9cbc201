using System.Collections.Frozen;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;

namespace KvStore.ServiceDefaults.Discovery;

/// <summary>Where other services are, as configuration told this process when it started.</summary>
/// <remarks>
/// <para>
/// <c>services__{service}__{endpoint}__{i}</c>, in which the endpoint is called like its scheme when it is the http or https one.
/// <c>http://web</c> means the endpoint http of web, <c>https+http://web</c> the first of the two that is configured,
/// <c>http://_grpc.node1</c> the endpoint grpc of node1. Several addresses of one endpoint take turns.
/// </para>
/// <para>A host that is no configured service is left alone, for DNS; a configured service without the endpoint asked for is an error.</para>
/// </remarks>
public sealed class ServiceEndpoints
{
    private const string Section = "services";

    private readonly FrozenDictionary<string, FrozenDictionary<string, Rotation>> _services;

    private ServiceEndpoints(FrozenDictionary<string, FrozenDictionary<string, Rotation>> services) => _services = services;

    /// <summary>Reads the section "services".</summary>
    /// <exception cref="OptionsValidationException">A value is not an address; the message names the key.</exception>
    public static ServiceEndpoints Read(IConfiguration configuration) => new(
        configuration.GetSection(Section).GetChildren().ToFrozenDictionary(
            static service => service.Key,
            static service => service.GetChildren().ToFrozenDictionary(
                static endpoint => endpoint.Key,
                static endpoint => new Rotation([.. Addresses(endpoint)]),
                StringComparer.OrdinalIgnoreCase),
            StringComparer.OrdinalIgnoreCase));

    /// <summary>The same path and query at an address of the service that <paramref name="uri"/> names; itself when it names none.</summary>
    /// <exception cref="HttpRequestException">The service is known and has no such endpoint.</exception>
    public Uri Resolve(Uri uri)
    {
        var schemes = uri.Scheme.Split('+');
        var (service, endpoint) = Names(uri.Host);
        if (!_services.TryGetValue(service, out var endpoints))
        {
            return endpoint is null ? WithAuthority(uri, schemes[0], uri.Host, uri.Port) : throw NotConfigured(service, endpoint, []);
        }

        foreach (var name in endpoint is null ? schemes : [endpoint])
        {
            if (endpoints.TryGetValue(name, out var rotation) && rotation.Next() is { } address)
            {
                var scheme = address.Scheme == Uri.UriSchemeHttps || address.Scheme == Uri.UriSchemeHttp ? address.Scheme : schemes[0];
                return WithAuthority(uri, scheme, address.Host, address.Port);
            }
        }

        throw NotConfigured(service, endpoint ?? uri.Scheme, endpoints.Keys);
    }

    private static (string Service, string? Endpoint) Names(string host)
    {
        var dot = host.IndexOf('.', StringComparison.Ordinal);
        return host.StartsWith('_') && dot > 1 && dot < host.Length - 1 ? (host[(dot + 1)..], host[1..dot]) : (host, null);
    }

    private static Uri WithAuthority(Uri uri, string scheme, string host, int port) =>
        uri.Scheme == scheme && uri.Host == host && uri.Port == port
            ? uri
            : new UriBuilder(uri) { Scheme = scheme, Host = host, Port = port }.Uri;

    private static IEnumerable<Uri> Addresses(IConfigurationSection endpoint) =>
        endpoint.GetChildren().Append(endpoint)
            .Where(static address => !string.IsNullOrWhiteSpace(address.Value))
            .Select(address => Address(address, endpoint.Key));

    private static Uri Address(IConfigurationSection address, string endpoint)
    {
        // An address without a scheme has that of the endpoint called like it, or http.
        var scheme = endpoint.Equals(Uri.UriSchemeHttps, StringComparison.OrdinalIgnoreCase) ? Uri.UriSchemeHttps : Uri.UriSchemeHttp;
        var text = address.Value!.Contains("://", StringComparison.Ordinal) ? address.Value : $"{scheme}://{address.Value}";
        return Uri.TryCreate(text, UriKind.Absolute, out var uri) && uri is { Host.Length: > 0, Port: > 0 }
            ? uri
            : throw new OptionsValidationException(
                address.Path,
                typeof(ServiceEndpoints),
                [$"{address.Path} is '{address.Value}'; an address such as http://localhost:8001 is needed."]);
    }

    private static HttpRequestException NotConfigured(string service, string endpoint, IEnumerable<string> known) => new(
        HttpRequestError.NameResolutionError,
        $"The service '{service}' has no endpoint '{endpoint}'; configured: {string.Join(", ", known.Order(StringComparer.Ordinal).DefaultIfEmpty("none"))}.");

    /// <summary>The addresses of one endpoint, taking turns.</summary>
    private sealed class Rotation(Uri[] addresses)
    {
        private uint _turn = uint.MaxValue;

        public Uri? Next() => addresses.Length == 0 ? null : addresses[Interlocked.Increment(ref _turn) % addresses.Length];
    }
}
