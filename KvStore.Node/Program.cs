using KvStore.Node;
using KvStore.Node.Configuration;
using KvStore.Node.Hosting;
using KvStore.Node.Storage;
using Microsoft.AspNetCore.Connections;

// Composition only: options, ports, store, member, front ends. What is wrong at start is said in one line each.
string[] verified = args is [VerifyCommand.Name, .. string[] rest] ? rest : [];
string[] settings = args is [VerifyCommand.Name, ..] ? [] : args;
WebApplicationBuilder builder;
try
{
    builder = WebApplication.CreateBuilder(new WebApplicationOptions { Args = settings, ContentRootPath = AppContext.BaseDirectory });
}
catch (InvalidDataException e)
{
    return ExitCode.Refuse(ExitCode.Configuration, e.Message, [e.GetBaseException().Message]);
}

if (!NodeOptionsReader.TryRead(builder.Configuration, out NodeOptions options, out IReadOnlyList<string> problems))
{
    return ExitCode.Refuse(ExitCode.Configuration, "The configuration is refused:", problems);
}

if (args is [VerifyCommand.Name, ..])
{
    return VerifyCommand.Run(verified, options.DataDirectory);
}

if (!Ports.TryBind(options, out Ports? ports, out string? problem))
{
    return ExitCode.Refuse(ExitCode.Port, problem, []);
}

using (ports)
{
    MemberHost host;
    try
    {
        host = MemberHost.Open(options, ports);
    }
    catch (StoreRefusal refusal)
    {
        return ExitCode.Refuse(ExitCode.Directory, refusal.Message, []);
    }

    await using (host)
    {
        builder.AddServiceDefaults();
        builder.AddMember(host, options);
        await using WebApplication app = builder.Build();
        app.MapMember();
        try
        {
            await app.RunAsync();
            return host.ExitCode;
        }
        catch (IOException e) when (e.InnerException is AddressInUseException)
        {
            return ExitCode.Refuse(ExitCode.Port, $"{options.Name} cannot listen: {e.Message}", []); // taken between our bind and now
        }
    }
}
