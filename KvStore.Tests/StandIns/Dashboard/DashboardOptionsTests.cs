using Aspire.Dashboard;
using Microsoft.Extensions.Configuration;

namespace KvStore.Tests.StandIns.Dashboard;

public sealed class DashboardOptionsTests
{
    [Theory]
    [InlineData("ASPNETCORE_URLS", "http://0.0.0.0:18888", "ASPNETCORE_URLS is 'http://0.0.0.0:18888'; allowed is an http:// address of this machine: localhost, 127.0.0.1 or [::1].")]
    [InlineData("ASPIRE_DASHBOARD_OTLP_ENDPOINT_URL", "18889", "ASPIRE_DASHBOARD_OTLP_ENDPOINT_URL is '18889'; allowed is an http:// address of this machine: localhost, 127.0.0.1 or [::1].")]
    [InlineData("Dashboard:TelemetryLimits:MaxLogCount", "many", "Dashboard:TelemetryLimits:MaxLogCount is 'many'; allowed is a whole number from 1 to 10000000.")]
    public void A_refusal_names_the_key_and_what_it_may_be(string key, string value, string message) =>
        Assert.Equal(message, Assert.Throws<FormatException>(() => Read((key, value))).Message);

    [Fact]
    public void Without_configuration_it_has_the_usual_addresses_and_a_token_of_its_own()
    {
        DashboardOptions one = Read();
        Assert.Equal(("http://localhost:18888/", "http://localhost:18889/", "http://localhost:18890/"), ($"{one.Frontend}", $"{one.OtlpGrpc}", $"{one.OtlpHttp}"));
        Assert.Equal(32, one.BrowserToken.Length);
        Assert.NotEqual(one.BrowserToken, Read().BrowserToken);
    }

    private static DashboardOptions Read(params (string Key, string Value)[] values) => DashboardOptions.Read(
        new ConfigurationBuilder().AddInMemoryCollection(values.Select(one => KeyValuePair.Create<string, string?>(one.Key, one.Value))).Build());
}
