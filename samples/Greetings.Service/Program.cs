using KvStore.Client;

// Keeps a greeting for each name in the cluster that it is given as "kv".
WebApplicationBuilder builder = WebApplication.CreateBuilder(args);
builder.AddKvStoreClient("kv");

WebApplication app = builder.Build();
app.MapHealthChecks("/health");
app.MapGet("/greetings/{name}", async (string name, KvClient kv, CancellationToken cancellationToken) =>
    await kv.GetAsync(name, cancellationToken: cancellationToken) is { } greeting ? Results.Text(greeting.Text) : Results.NotFound());
app.MapPut("/greetings/{name}", async (string name, HttpRequest request, KvClient kv, CancellationToken cancellationToken) =>
{
    using StreamReader body = new(request.Body);
    await kv.PutAsync(name, await body.ReadToEndAsync(cancellationToken), cancellationToken: cancellationToken);
    return Results.NoContent();
});
await app.RunAsync();
