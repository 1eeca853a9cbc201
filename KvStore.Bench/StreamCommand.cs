using System.CommandLine;
using KvStore.Bench.Measuring;
using KvStore.Bench.Streams;

namespace KvStore.Bench;

/// <summary><c>kvstore-bench stream</c>.</summary>
internal static class StreamCommand
{
    public static Command Create()
    {
        Option<int> seconds = GrpcCommand.Whole("--seconds", "Length of one measurement.", 3, 1, 600);
        Option<int> windows = GrpcCommand.Whole("--windows", "Times that everything is measured; medians are printed.", 5, 1, 100);
        Option<int> warmUp = GrpcCommand.Whole("--warm-up", "Seconds of each measurement's load before the first window.", 2, 0, 600);
        Option<int> bytes = GrpcCommand.Whole("--bytes", "Bytes of a message's payload.", 64, 1, 64 * 1024);
        Option<int> batch = GrpcCommand.Whole("--batch", "Messages in flight together.", 64, 2, 1024);
        Command command = new("stream", "Round trips of the stream between two members.") { seconds, windows, warmUp, bytes, batch };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            Report.Begin(GrpcCommand.CommandLine(parsed));
            await new StreamBench(
                TimeSpan.FromSeconds(parsed.GetValue(seconds)),
                parsed.GetValue(windows),
                TimeSpan.FromSeconds(parsed.GetValue(warmUp)),
                parsed.GetValue(bytes),
                parsed.GetValue(batch)).RunAsync(cancellationToken);
            return 0;
        });
        return command;
    }
}
