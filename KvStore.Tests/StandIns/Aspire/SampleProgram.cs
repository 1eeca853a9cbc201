using System.Collections;
using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using Aspire.Hosting;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace KvStore.Tests.StandIns.Aspire;

/// <summary>
/// What the tests of the AppHost start: this executable as <c>sample ROLE [...]</c>, and an AppHost that starts some of those.
/// </summary>
internal static class SampleProgram
{
    public const string Name = "sample";

    public const string Service = "service";
    public const string Echo = "echo";
    public const string Ends = "ends";
    public const string Prints = "prints";
    public const string Stubborn = "stubborn";
    public const string Parent = "parent";
    public const string Host = "host";

    public static async Task<int> RunAsync(string[] args)
    {
        switch (args)
        {
            case [Service, .. var rest]:
                await RunServiceAsync(rest);
                return 0;
            case [Echo, .. var gate]:
                await EchoServer.RunAsync(gate.FirstOrDefault());
                return 0;
            case [Ends, var code]:
                return int.Parse(code, CultureInfo.InvariantCulture);
            case [Prints, var output, var error]:
                Console.WriteLine(output);
                await Console.Error.WriteLineAsync(error);
                await Task.Delay(Timeout.Infinite, CancellationToken.None);
                return 0;
            case [Stubborn]:
                using (PosixSignalRegistration.Create(PosixSignal.SIGTERM, context => context.Cancel = true))
                {
                    Console.WriteLine("deaf");
                    await Task.Delay(Timeout.Infinite, CancellationToken.None);
                }
                return 0;
            case [Parent]:
                // A program of its own, which a signal to this one does not reach.
                using (var child = Process.Start("sleep", "600"))
                {
                    Console.WriteLine($"child {child.Id}");
                    await Task.Delay(Timeout.Infinite, CancellationToken.None);
                }
                return 0;
            case [Host, .. var rest]:
                await RunHostAsync(rest);
                return 0;
            default:
                await Console.Error.WriteLineAsync("sample: " + string.Join(' ', args));
                return 2;
        }
    }

    /// <summary>
    /// Listens where ASPNETCORE_URLS says, or on the port in SAMPLE_PORT. Healthy once the file in SAMPLE_HEALTHY exists, if that is set.
    /// </summary>
    private static async Task RunServiceAsync(string[] args)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        await using var app = builder.Build();
        if (Environment.GetEnvironmentVariable("SAMPLE_PORT") is { } port)
        {
            // Added addresses take the place of those in the environment.
            var others = (Environment.GetEnvironmentVariable("ASPNETCORE_URLS") ?? "").Split(';', StringSplitOptions.RemoveEmptyEntries);
            foreach (var url in others.Append($"http://localhost:{port}"))
            {
                app.Urls.Add(url);
            }
        }
        var healthy = Environment.GetEnvironmentVariable("SAMPLE_HEALTHY");
        app.MapGet("/health", () => healthy is null || File.Exists(healthy) ? Results.Ok() : Results.StatusCode(503));
        app.MapPost("/greet", (HttpRequest request) => Results.Text($"{{\"hello\":\"{request.Headers["X-Name"]}\"}}", "application/json"));
        app.MapGet("/pid", () => Environment.ProcessId.ToString(CultureInfo.InvariantCulture));
        app.MapGet("/args", () => string.Join('|', args));
        app.MapGet("/directory", () => Environment.CurrentDirectory);
        app.MapGet(
            "/environment",
            () => string.Join('\n', Environment.GetEnvironmentVariables().Cast<DictionaryEntry>().Select(entry => $"{entry.Key}={entry.Value}"))
        );
        await app.RunAsync();
    }

    /// <summary>An AppHost as people run it, with a service, a program that has a child of its own, and a project that is two such programs.</summary>
    private static async Task RunHostAsync(string[] args)
    {
        var builder = DistributedApplication.CreateBuilder(args);
        builder.AddSample("service", Service).WithHttpEndpoint(env: "SAMPLE_PORT").WithHttpHealthCheck("/health");
        builder.AddSample("parent", Parent);
        builder.AddSampleProject("replicated", Parent).WithReplicas(2).WithHttpEndpoint();
        await builder.Build().RunAsync(CancellationToken.None);
    }
}
