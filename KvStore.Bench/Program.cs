using System.CommandLine;
using KvStore.Bench;

// Figures, not tests: each prints what it measured, how, and what it has to be compared with. docs/bench.md says how to read them.
RootCommand root = new("Measures KvStore: puts and gets of a cluster, and the stream between members.")
{
    GrpcCommand.Create(),
    StreamCommand.Create(),
};
return await root.Parse(args).InvokeAsync();
