using Aspire.Dashboard;

// Shows what the processes of an application tell over OTLP, and, if an AppHost started it, the application's resources.
try
{
    var builder = WebApplication.CreateBuilder(args);
    await using var app = DashboardApplication.Build(builder, DashboardOptions.Read(builder.Configuration));
    await app.RunAsync();
    return 0;
}
catch (Exception e) when (e is FormatException or IOException)
{
    // A value that is not allowed, or an address that is taken.
    Console.Error.WriteLine(e.Message);
    return 1;
}
