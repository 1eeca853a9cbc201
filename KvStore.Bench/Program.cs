using System.CommandLine;
using KvStore.Bench;

// Figures, not tests: each prints what it measured, how, and what it has to be compared with. docs/bench.md says how to read them.
RootCommand root = new("Measures KvStore: puts, gets and deletes of a cluster, also through the Redis protocol, with a slow member and under too much load, the stream between members, and a member's store.")
{
    GrpcCommand.Create(),
    EtcdCommand.Create(),
    RedisCommand.Create(),
    ScalingCommand.Create(),
    TracingCommand.Create(),
    StreamCommand.Create(),
    StoreCommand.Create(),
    SlowCommand.Create(),
    OverloadCommand.Create(),
};
return await root.Parse(args).InvokeAsync();
