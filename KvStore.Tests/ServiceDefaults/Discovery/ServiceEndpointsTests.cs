using KvStore.ServiceDefaults.Discovery;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;
using Xunit;

namespace KvStore.Tests.ServiceDefaults.Discovery;

public sealed class ServiceEndpointsTests
{
    private static readonly Dictionary<string, string?> Two = new()
    {
        ["services:web:http:0"] = "http://localhost:5001",
        ["services:web:https:0"] = "https://localhost:5443",
        ["services:node1:http:0"] = "http://localhost:8001",
        ["services:node1:grpc:0"] = "http://localhost:9001",
        ["services:node1:resp:0"] = "tcp://localhost:6379",
        ["services:plain:http"] = "localhost:7000",
    };

    [Theory]
    [InlineData("http://web/a/b?c=d", "http://localhost:5001/a/b?c=d")]
    [InlineData("http://WEB/", "http://localhost:5001/")]
    [InlineData("https://web/", "https://localhost:5443/")]
    [InlineData("https+http://web/", "https://localhost:5443/")]
    [InlineData("https+http://node1/", "http://localhost:8001/")]
    [InlineData("http://_grpc.node1/x", "http://localhost:9001/x")]
    [InlineData("http://_resp.node1/", "http://localhost:6379/")]
    [InlineData("http://plain/", "http://localhost:7000/")]
    [InlineData("http://example.org:81/a", "http://example.org:81/a")]
    [InlineData("https+http://example.org/a", "https://example.org/a")]
    [InlineData("http://127.0.0.1:81/", "http://127.0.0.1:81/")]
    public void A_name_becomes_the_address_of_the_endpoint_it_means(string uri, string expected) =>
        Assert.Equal(expected, Read(Two).Resolve(new Uri(uri)).AbsoluteUri);

    [Fact]
    public void Addresses_of_one_endpoint_take_turns()
    {
        var endpoints = Read(new()
        {
            ["services:node:http:0"] = "http://a:1",
            ["services:node:http:1"] = "http://b:2",
            ["services:node:http:2"] = "http://c:3",
        });

        var turns = Enumerable.Range(0, 6).Select(_ => endpoints.Resolve(new Uri("http://node/")).Host);

        Assert.Equal(["a", "b", "c", "a", "b", "c"], turns);
    }

    [Theory]
    [InlineData("http://_admin.node1/", "The service 'node1' has no endpoint 'admin'; configured: grpc, http, resp.")]
    [InlineData("https://node1/", "The service 'node1' has no endpoint 'https'; configured: grpc, http, resp.")]
    [InlineData("http://_grpc.nowhere/", "The service 'nowhere' has no endpoint 'grpc'; configured: none.")]
    public void An_endpoint_that_is_not_configured_is_an_error_that_lists_those_that_are(string uri, string message)
    {
        var failure = Assert.Throws<HttpRequestException>(() => Read(Two).Resolve(new Uri(uri)));

        Assert.Equal((HttpRequestError.NameResolutionError, message), (failure.HttpRequestError, failure.Message));
    }

    [Theory]
    [InlineData("http://")]
    [InlineData("localhost:port")]
    [InlineData("tcp://localhost")]
    public void A_value_that_is_no_address_is_refused_by_name(string value)
    {
        var refusal = Assert.Throws<OptionsValidationException>(() => Read(new() { ["services:web:http:0"] = value }));

        Assert.Equal($"services:web:http:0 is '{value}'; an address such as http://localhost:8001 is needed.", refusal.Message);
    }

    private static ServiceEndpoints Read(Dictionary<string, string?> settings) =>
        ServiceEndpoints.Read(new ConfigurationBuilder().AddInMemoryCollection(settings).Build());
}
