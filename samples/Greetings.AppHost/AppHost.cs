var builder = DistributedApplication.CreateBuilder(args);

var kv = builder.AddKvStore("kv", nodes: 3);

builder.AddProject<Projects.Greetings_Service>("greetings")
    .WithHttpEndpoint()
    .WithHttpHealthCheck("/health")
    .WithReference(kv)
    .WaitFor(kv);

await builder.Build().RunAsync();
