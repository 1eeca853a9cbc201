using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;

namespace Aspire.Dashboard;

/// <summary>Prints how to get in, once the pages can be opened. A dashboard with an AppHost leaves that to it.</summary>
internal sealed class LoginAnnouncement(DashboardOptions options, IServer server, IHostApplicationLifetime lifetime) : IHostedService
{
    public Task StartAsync(CancellationToken cancellationToken)
    {
        if (options.ResourceService is null)
        {
            lifetime.ApplicationStarted.Register(Print);
        }

        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    private void Print()
    {
        // In the order in which they were opened.
        string[] addresses = [.. server.Features.Get<IServerAddressesFeature>()!.Addresses];
        Console.WriteLine($"Login to the dashboard at {addresses[0]}/login?t={options.BrowserToken}");
        Console.WriteLine($"OTLP is taken at {addresses[1]} (gRPC) and {addresses[2]} (HTTP/protobuf)"
            + (string.IsNullOrEmpty(options.OtlpKey) ? ", from everybody on this machine." : ", with the key."));
    }
}
