using KvStore.Web.Cluster;
using KvStore.Web.Components;
using KvStore.Web.Faults;
using KvStore.Web.Follow;
using KvStore.Web.Keys;
using KvStore.Web.Operations;
using KvStore.Web.Security;
using KvStore.Web.Slots;

WebApplicationBuilder builder = WebApplication.CreateBuilder(args);
builder.AddServiceDefaults();

// Style sheets and scripts are found beside the program as it was built, in every environment and without publishing.
builder.WebHost.UseStaticWebAssets();

if (new[] { "urls", "http_ports", "https_ports" }.All(key => string.IsNullOrEmpty(builder.Configuration[key])))
{
    builder.WebHost.UseUrls("http://localhost:8080");
}

builder.Services.AddSingleton<ClusterWatch>();
builder.Services.AddHostedService(services => services.GetRequiredService<ClusterWatch>());
builder.Services.AddSingleton<NodeClients>();
builder.Services.AddSingleton<SlotWatch>();
builder.Services.AddHostedService(services => services.GetRequiredService<SlotWatch>());
builder.Services.AddSingleton<KeyOperations>();
builder.Services.AddSingleton<MemberOperations>();
builder.Services.AddSingleton<FaultOperations>();
builder.Services.AddSingleton<KeyListings>();
builder.Services.AddSingleton<KeyEdits>();
builder.Services.AddSingleton<FollowedRequests>();
builder.Services.AddSingleton<DashboardLinks>();
builder.Services.AddRazorComponents().AddInteractiveServerComponents()
    .AddHubOptions(options => options.MaximumReceiveMessageSize = KeyLimits.MessageBytesMax);

string? token = builder.AddBrowserLogin();

WebApplication app = builder.Build();
app.UseContentRules();
app.UseStatusCodePagesWithReExecute("/not-found", createScopeForStatusCodePages: true);
app.UseBrowserLogin(token);
app.UseAntiforgery();
app.MapDefaultEndpoints();
app.MapStaticAssets().AllowAnonymous();
app.MapBrowserLogin(token);
app.MapRazorComponents<App>().AddInteractiveServerRenderMode();
await app.RunAsync();
