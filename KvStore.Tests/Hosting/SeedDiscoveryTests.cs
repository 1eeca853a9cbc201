using System.Net;
using System.Net.Sockets;
using KvStore.Node.Configuration;
using KvStore.Node.Hosting;
using Xunit;

namespace KvStore.Tests.Hosting;

public sealed class SeedDiscoveryTests
{
    private static readonly CancellationToken NoLimit = CancellationToken.None;

    [Fact]
    public async Task A_list_stays_as_it_is_and_a_scan_is_all_its_ports_where_nobody_must_be()
    {
        IReadOnlyList<SeedPlace> places = await FindAsync("b:2", "a:1", "scan:127.0.0.1:9001-9003");
        Assert.Equal(
            [
                new SeedPlace("http://b:2", MustAnswer: true),
                new SeedPlace("http://a:1", MustAnswer: true),
                new SeedPlace("http://127.0.0.1:9001", MustAnswer: false),
                new SeedPlace("http://127.0.0.1:9002", MustAnswer: false),
                new SeedPlace("http://127.0.0.1:9003", MustAnswer: false),
            ],
            places);
    }

    [Fact]
    public async Task A_name_is_all_its_addresses_in_one_order_whatever_order_they_come_in() => Assert.Equal(
        [
            new SeedPlace("http://127.0.0.1:9001", MustAnswer: true),
            new SeedPlace("http://127.0.0.2:9001", MustAnswer: true),
            new SeedPlace("http://[::1]:9001", MustAnswer: true),
        ],
        await FindAsync("dns:kv:9001"));

    [Fact]
    public async Task A_name_without_an_address_is_a_seed_that_does_not_answer()
    {
        SeedPlace place = Assert.Single(await FindAsync("dns:nobody:9001"));
        Assert.Equal(("http://nobody:9001", true), (place.Address, place.MustAnswer));
        Assert.StartsWith("the name nobody has no address: ", place.Problem, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_address_that_is_named_twice_is_asked_once() =>
        Assert.Single(await FindAsync("127.0.0.1:9001", "scan:127.0.0.1:9001-9001"));

    private static Task<IReadOnlyList<SeedPlace>> FindAsync(params string[] seeds) => SeedDiscovery.FindAsync(
        [.. seeds.Select(text => SeedList.TryParse(text, out SeedOptions? seed) ? seed! : throw new FormatException(text))], ResolveAsync, NoLimit);

    private static Task<IPAddress[]> ResolveAsync(string host, CancellationToken cancellationToken) => host == "kv"
        ? Task.FromResult<IPAddress[]>([IPAddress.IPv6Loopback, IPAddress.Parse("127.0.0.2"), IPAddress.Loopback])
        : Task.FromException<IPAddress[]>(new SocketException((int)SocketError.HostNotFound));
}
