using KvStore.Client;
using Xunit;

namespace KvStore.Tests.Client;

public sealed class KvClientOptionsTests
{
    [Fact]
    public void A_client_without_endpoints_is_refused() => Refuses(new KvClientOptions(), "Endpoints");

    [Theory]
    [InlineData("localhost:9001")]
    [InlineData("ftp://localhost:9001")]
    [InlineData("/9001")]
    public void An_endpoint_that_is_no_address_is_refused_by_name(string endpoint) =>
        Refuses(new KvClientOptions { Endpoints = [new Uri(endpoint, UriKind.RelativeOrAbsolute)] }, endpoint);

    [Fact]
    public void Times_and_counts_must_be_above_zero()
    {
        Uri[] endpoints = [new Uri("http://localhost:1")];
        Refuses(new KvClientOptions { Endpoints = endpoints, RequestTimeout = TimeSpan.Zero }, "RequestTimeout");
        Refuses(new KvClientOptions { Endpoints = endpoints, ConnectTimeout = TimeSpan.FromSeconds(-1) }, "ConnectTimeout");
        Refuses(new KvClientOptions { Endpoints = endpoints, AttemptsMax = 0 }, "AttemptsMax");
        Refuses(new KvClientOptions { Endpoints = endpoints, ReplyBytesMax = 0 }, "ReplyBytesMax");
    }

    private static void Refuses(KvClientOptions options, string named) =>
        Assert.Contains(named, Assert.Throws<ArgumentException>(() => new KvClient(options)).Message, StringComparison.Ordinal);
}
