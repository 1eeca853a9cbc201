using System.Buffers.Binary;
using System.Globalization;
using System.Threading.Channels;

namespace KvStore.Tests.Simulation.Toy;

/// <summary>
/// One member of the toy: it asks others, answers them, logs what it answered. It does nothing useful, with everything
/// that a real member's loops and lanes use: periodic and single timers, timeouts, races, channels, semaphores, lane steps.
/// </summary>
internal sealed class ToyMember(int number, SimulatedProcess process, TimeProvider time, SimulatedNetwork network, ModelDisk disk, SeededRandom random, ToyCounts counts)
{
    private const int FrameBytes = 13;
    private const int AsksAtOnceMax = 2;
    private const byte Ask = 1;
    private const byte Answer = 2;

    private readonly Channel<(int From, byte[] Frame)> _inbox = Channel.CreateBounded<(int, byte[])>(
        new BoundedChannelOptions(64) { FullMode = BoundedChannelFullMode.DropWrite, SingleReader = true });

    private readonly SemaphoreSlim _asking = new(AsksAtOnceMax);
    private readonly Dictionary<long, TaskCompletionSource<long>> _asked = [];
    private readonly CancellationTokenSource _stopping = new();
    private long _lastAsk;
    private long _sum;

    public void Start()
    {
        network.Attach(number, process, (from, frame) => _inbox.Writer.TryWrite((from, frame.ToArray())));
        process.Run(ReceiveLoop);
        process.Run(AskLoop);
        process.Run(RestLoop);
    }

    public void Stop() => _stopping.Cancel();

    private async Task AskLoop()
    {
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(20), time);
        while (await timer.WaitForNextTickAsync(_stopping.Token))
        {
            process.Run(AskSomebody);
        }
    }

    // Waits by turns in the three ways there are: a race against a delay, a task with a timeout, a token with a timeout.
    private async Task AskSomebody()
    {
        await _asking.WaitAsync(CancellationToken.None); // with a token it would leave the simulation
        try
        {
            counts.Asked++;
            var answer = new TaskCompletionSource<long>();
            var id = ++_lastAsk;
            _asked[id] = answer;
            Send(random.Next(5), Ask, id, time.GetUtcNow().Ticks);
            var timeout = TimeSpan.FromMilliseconds(random.Next(1, 12));
            var value = (id % 3) switch
            {
                0 => await Race(answer.Task, timeout),
                1 => await Timed(answer.Task, timeout),
                _ => await Cancelled(answer.Task, timeout),
            };
            _asked.Remove(id);
            counts.Answered += value is null ? 0 : 1;
            counts.TimedOut += value is null ? 1 : 0;
            process.Scheduler.Record(string.Create(CultureInfo.InvariantCulture, $"{process.Name} asked {id}: {value}"));
        }
        finally
        {
            _asking.Release();
        }
    }

    private async Task<long?> Race(Task<long> answer, TimeSpan timeout)
    {
        // No token: cancelling a delay that a WhenAny waits for leaves the simulation.
        var winner = await Task.WhenAny(answer, Task.Delay(timeout, time, CancellationToken.None));
        return winner == answer ? await answer : null;
    }

    private async Task<long?> Timed(Task<long> answer, TimeSpan timeout)
    {
        try
        {
            return await answer.WaitAsync(timeout, time, _stopping.Token);
        }
        catch (TimeoutException)
        {
            return null;
        }
    }

    private async Task<long?> Cancelled(Task<long> answer, TimeSpan timeout)
    {
        using var source = new CancellationTokenSource(timeout, time);
        try
        {
            return await answer.WaitAsync(source.Token);
        }
        catch (OperationCanceledException)
        {
            return null;
        }
    }

    private async Task ReceiveLoop()
    {
        while (await _inbox.Reader.WaitToReadAsync(_stopping.Token))
        {
            while (_inbox.Reader.TryRead(out var received))
            {
                var (from, frame) = received;
                process.Post(() => Receive(from, frame));
            }
        }
    }

    // A lane step: one frame, without waiting.
    private void Receive(int from, byte[] frame)
    {
        if (frame.Length != FrameBytes || Checksum(frame) != BinaryPrimitives.ReadInt32LittleEndian(frame.AsSpan(9)))
        {
            counts.Refused++;
            return;
        }

        var id = BinaryPrimitives.ReadInt64LittleEndian(frame.AsSpan(1));
        if (frame[0] == Ask)
        {
            _sum = (_sum * 31) + id;
            process.Run(() => LogAndAnswer(from, id));
        }
        else if (_asked.TryGetValue(id, out var answer))
        {
            answer.TrySetResult(id);
        }
    }

    private async Task LogAndAnswer(int from, long id)
    {
        var entry = new byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(entry, _sum);
        if (disk.Append("log", entry) == DiskOutcome.Done && await disk.SyncAsync("log", process) == DiskOutcome.Done)
        {
            counts.Logged++;
            Send(from, Answer, id, _sum);
        }
    }

    private async Task RestLoop()
    {
        while (true)
        {
            var start = time.GetTimestamp();
            await Task.Delay(TimeSpan.FromMilliseconds(random.Next(200)), time, _stopping.Token);
            process.Scheduler.Record(string.Create(CultureInfo.InvariantCulture, $"{process.Name} rested {time.GetElapsedTime(start).Ticks}, {time.GetUtcNow():O}"));
        }
    }

    private void Send(int to, byte kind, long id, long salt)
    {
        var frame = new byte[FrameBytes];
        frame[0] = kind;
        BinaryPrimitives.WriteInt64LittleEndian(frame.AsSpan(1), id);
        BinaryPrimitives.WriteInt32LittleEndian(frame.AsSpan(9), Checksum(frame));
        process.Scheduler.Trace.Add(salt);
        network.Send(number, to, frame);
    }

    private static int Checksum(byte[] frame)
    {
        var hash = new TraceHash();
        hash.Add(frame.AsSpan(0, 9));
        return (int)hash.Value;
    }
}
