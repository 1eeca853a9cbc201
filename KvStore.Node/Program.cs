using KvStore.Node;
using KvStore.Node.Configuration;
using KvStore.Node.FrontEnds.Grpc;
using KvStore.Node.FrontEnds.Http;
using KvStore.Node.FrontEnds.Peers;
using KvStore.Node.Hosting;
using KvStore.Node.Storage;
using Microsoft.AspNetCore.Connections;

// Composition only: options, store, member, front ends.
WebApplicationBuilder builder = WebApplication.CreateBuilder(new WebApplicationOptions { Args = args, ContentRootPath = AppContext.BaseDirectory });
if (!NodeOptionsReader.TryRead(builder.Configuration, out NodeOptions options, out IReadOnlyList<string> problems))
{
    return ExitCode.Refuse(ExitCode.Configuration, "The configuration is refused:", problems);
}

MemberHost host;
try
{
    host = MemberHost.Open(options);
}
catch (StoreRefusal refusal)
{
    return ExitCode.Refuse(ExitCode.Directory, refusal.Message, []);
}

await using (host)
{
    builder.AddServiceDefaults();
    builder.AddMember(host, options);
    WebApplication app = builder.Build();
    app.UseTraceResponse();
    app.UseProblemBoundary();
    app.UseKvRouting();
    app.UseRouting();
    app.MapDefaultEndpoints();
    app.MapOpenApi();
    app.MapRest();
    app.MapGrpcService<KvGrpcService>();
    app.MapGrpcService<ClusterGrpcService>();
    app.MapGrpcService<PeerGrpcService>();
    try
    {
        await app.RunAsync();
        return host.ExitCode;
    }
    catch (IOException e) when (e.InnerException is AddressInUseException)
    {
        return ExitCode.Refuse(ExitCode.Port, Ports.InUse(options, e), []);
    }
}
