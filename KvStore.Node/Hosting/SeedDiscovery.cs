using System.Globalization;
using System.Net;
using System.Net.Sockets;
using KvStore.Node.Configuration;

namespace KvStore.Node.Hosting;

/// <summary>Turns configured seeds into addresses to ask, in their order: names are looked up anew each time.</summary>
internal static class SeedDiscovery
{
    /// <summary>Whether seeds are found and not listed, so that who is there may change from one look to the next.</summary>
    public static bool IsOpen(IReadOnlyList<SeedOptions> seeds) => seeds.Any(seed => seed.Kind != SeedKind.Address);

    /// <param name="resolve">All addresses of a name.</param>
    public static async Task<IReadOnlyList<SeedPlace>> FindAsync(
        IReadOnlyList<SeedOptions> seeds, Func<string, CancellationToken, Task<IPAddress[]>> resolve, CancellationToken cancellationToken)
    {
        List<SeedPlace> places = [];
        foreach (SeedOptions seed in seeds)
        {
            switch (seed.Kind)
            {
                case SeedKind.Names:
                    places.AddRange(await LookUpAsync(seed, resolve, cancellationToken));
                    break;
                case SeedKind.Scan:
                    places.AddRange(Enumerable.Range(seed.Port, seed.PortLast - seed.Port + 1)
                        .Select(port => new SeedPlace(AddressOf(seed.Host, port), MustAnswer: false)));
                    break;
                default:
                    places.Add(new SeedPlace(AddressOf(seed.Host, seed.Port), MustAnswer: true));
                    break;
            }
        }

        return [.. places.DistinctBy(place => place.Address)];
    }

    private static async Task<IEnumerable<SeedPlace>> LookUpAsync(
        SeedOptions seed, Func<string, CancellationToken, Task<IPAddress[]>> resolve, CancellationToken cancellationToken)
    {
        try
        {
            IPAddress[] addresses = await resolve(seed.Host, cancellationToken);
            return addresses.Select(address => address.AddressFamily == AddressFamily.InterNetworkV6 ? $"[{address}]" : $"{address}")
                .Order(StringComparer.Ordinal).Select(host => new SeedPlace(AddressOf(host, seed.Port), MustAnswer: true));
        }
        catch (SocketException failure)
        {
            return [new SeedPlace(AddressOf(seed.Host, seed.Port), MustAnswer: true, $"the name {seed.Host} has no address: {failure.Message}")];
        }
    }

    private static string AddressOf(string host, int port) => string.Create(CultureInfo.InvariantCulture, $"http://{host}:{port}");
}
