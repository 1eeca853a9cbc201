using KvStore.Bench.Measuring;
using KvStore.Bench.Streams;

namespace KvStore.Bench;

/// <summary>
/// Round trips over one duplex gRPC stream, client and server in this process: of bare gRPC messages, which is the anchor, and
/// of requests and replies as members exchange them, with their frames, queues and checks.
/// </summary>
/// <param name="time">Of one measurement.</param>
/// <param name="windows">Times that everything is measured.</param>
/// <param name="warmUp">Of each kind of load.</param>
/// <param name="bytes">Of a message's payload.</param>
/// <param name="batch">Messages in flight together, where it is not one.</param>
internal sealed class StreamBench(TimeSpan time, int windows, TimeSpan warmUp, int bytes, int batch)
{
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        Console.WriteLine($"one stream within one process, payload of {bytes} bytes, {windows} windows of {time.TotalSeconds} s each");
        await using EchoStream echo = await EchoStream.StartAsync(cancellationToken);
        await using LinkPair links = await LinkPair.StartAsync(cancellationToken);
        (string Name, int Batch, Func<TimeSpan, Task<Measurement>> Measure)[] rows =
        [
            ("gRPC, one by one", 1, length => echo.MeasureAsync(bytes, 1, length, cancellationToken)),
            ("member link, one by one", 1, length => links.MeasureAsync(bytes, 1, length, cancellationToken)),
            ($"gRPC, {batch} in one message", batch, length => echo.MeasureAsync(bytes, batch, length, cancellationToken)),
            ($"member link, {batch} at once", batch, length => links.MeasureAsync(bytes, batch, length, cancellationToken)),
        ];
        foreach ((_, _, Func<TimeSpan, Task<Measurement>> measure) in rows)
        {
            await measure(warmUp);
        }

        List<Measurement>[] measured = [.. rows.Select(_ => new List<Measurement>())];
        for (int window = 0; window < windows; window++)
        {
            for (int row = 0; row < rows.Length; row++)
            {
                measured[row].Add(await rows[row].Measure(time));
            }
        }

        Report.Table(
            ["", "round trips/s", "messages/s", "p50 µs", "p99 µs", "of gRPC"],
            [.. rows.Select((row, index) => RowOf(row.Name, row.Batch, measured[index], measured[index - (index % 2)]))]);
    }

    private static string[] RowOf(string name, int batch, List<Measurement> measured, List<Measurement> anchors)
    {
        Measurement median = Measurement.MedianOf(measured);
        return
        [
            name,
            Report.Count(median.PerSecond),
            Report.Count(median.PerSecond * batch),
            Report.Microseconds(median.Median),
            Report.Microseconds(median.P99),
            Report.Ratio(Medians.Of(measured.Zip(anchors, (window, anchor) => window.PerSecond / anchor.PerSecond))),
        ];
    }
}
