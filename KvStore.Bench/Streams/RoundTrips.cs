using System.Diagnostics;
using KvStore.Bench.Measuring;

namespace KvStore.Bench.Streams;

/// <summary>
/// Batches of requests, one after the other: whoever receives the last reply of a batch sends the next one on the spot, as a
/// member's lanes do, so that no thread has to be woken in between.
/// </summary>
/// <param name="send">Sends one request; false if it was refused.</param>
/// <param name="batch">Requests in a batch.</param>
/// <param name="time">No batch begins after it.</param>
internal sealed class RoundTrips(Func<bool> send, int batch, TimeSpan time)
{
    private readonly TaskCompletionSource<Measurement> _done = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Latencies _latencies = new();
    private long _begun;
    private long _batchBegun;
    private int _missing;

    public async Task<Measurement> RunAsync(CancellationToken cancellationToken)
    {
        _begun = Stopwatch.GetTimestamp();
        _batchBegun = _begun;
        SendBatch();
        return await _done.Task.WaitAsync(cancellationToken);
    }

    /// <summary>Called by the link, one frame at a time.</summary>
    public void OnReplies(int count)
    {
        if (Interlocked.Add(ref _missing, -count) > 0)
        {
            return;
        }

        long now = Stopwatch.GetTimestamp();
        _latencies.Add(Stopwatch.GetElapsedTime(_batchBegun, now));
        _batchBegun = now;
        if (Stopwatch.GetElapsedTime(_begun, now) < time)
        {
            SendBatch();
        }
        else
        {
            _done.TrySetResult(Measurement.Of(_latencies, Stopwatch.GetElapsedTime(_begun, now), failures: 0));
        }
    }

    private void SendBatch()
    {
        Volatile.Write(ref _missing, batch);
        for (int i = 0; i < batch; i++)
        {
            if (!send())
            {
                _done.TrySetException(new InvalidOperationException("The link was lost or its queue is full."));
                return;
            }
        }
    }
}
