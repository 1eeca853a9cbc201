using KvStore.Node.Registers;

namespace KvStore.Node.Coordination;

/// <summary>
/// Lets operations of clients in, up to a number that follows how the member fares (<see cref="AdmissionLimit"/>) and up to so
/// many bytes of values; the next is refused at once as Overloaded, before anything was done for it. Any thread.
/// </summary>
/// <param name="operationsMax">In flight, at most, but for the rest of a batch; the limit may fall below it.</param>
/// <param name="bytesMax">Of the values in flight, at most; a single longer one is let in if nothing else is in flight.</param>
internal sealed class Admission(int operationsMax, long bytesMax = Admission.BytesMax)
{
    public const long BytesMax = 256L * 1024 * 1024;

    /// <summary>Reads and writes, each at a majority or more and below.</summary>
    private const int Kinds = 4;

    private readonly AdmissionLimit _limit = new(operationsMax, Kinds);
    private readonly Lock _lock = new();
    private int _inFlight;
    private long _bytes;
    private long _refused;
    private int _limitNow = operationsMax;

    // Of the interval.
    private long _lookAt;
    private readonly long[] _quickest = [.. Enumerable.Repeat(long.MaxValue, Kinds)];
    private int _inFlightMax;
    private long _refusedBefore;

    public int InFlight => Volatile.Read(ref _inFlight);

    /// <summary>Operations that may be in flight now.</summary>
    public int Limit => Volatile.Read(ref _limitNow);

    /// <summary>Operations refused since start.</summary>
    public long Refused => Interlocked.Read(ref _refused);

    public bool TryEnter(Change change) => TryEnter(1, change.Value.Length);

    /// <summary>
    /// Lets operations of one request in together, or none of them: where one has room, all have, or a batch longer than the limit
    /// would wait for ever.
    /// </summary>
    /// <param name="operations">Each leaves on its own; at least one.</param>
    /// <param name="bytes">Of all their values.</param>
    public bool TryEnter(int operations, long bytes)
    {
        int inFlight = Interlocked.Add(ref _inFlight, operations);
        int others = inFlight - operations;
        long bytesInFlight = Interlocked.Add(ref _bytes, bytes);
        if (others < Limit && (bytesInFlight <= bytesMax || others == 0))
        {
            InterlockedMax(ref _inFlightMax, inFlight);
            return true;
        }

        Interlocked.Add(ref _inFlight, -operations);
        Interlocked.Add(ref _bytes, -bytes);
        Interlocked.Add(ref _refused, operations);
        return false;
    }

    /// <param name="milliseconds">How long it took.</param>
    /// <param name="now">Milliseconds of the same clock every time.</param>
    public void Leave(Change change, Consistency level, bool committed, long milliseconds, long now) =>
        Leave(1, change.Value.Length, change.Kind == ChangeKind.Identity, level, committed, milliseconds, now);

    /// <param name="operations">As many of one kind are answered together.</param>
    /// <param name="bytes">Of their values.</param>
    /// <param name="milliseconds">How long they took.</param>
    /// <param name="now">Milliseconds of the same clock every time.</param>
    public void Leave(int operations, long bytes, bool isRead, Consistency level, bool committed, long milliseconds, long now)
    {
        Interlocked.Add(ref _inFlight, -operations);
        Interlocked.Add(ref _bytes, -bytes);
        if (committed)
        {
            int kind = (isRead ? 0 : 2) + (level == Consistency.One ? 1 : 0);
            InterlockedMin(ref _quickest[kind], milliseconds);
        }

        if (now - Volatile.Read(ref _lookAt) >= AdmissionLimit.IntervalMilliseconds && _lock.TryEnter())
        {
            try
            {
                Look(now);
            }
            finally
            {
                _lock.Exit();
            }
        }
    }

    private void Look(long now)
    {
        Volatile.Write(ref _lookAt, now);
        long?[] quickest = new long?[Kinds];
        for (int kind = 0; kind < Kinds; kind++)
        {
            long milliseconds = Interlocked.Exchange(ref _quickest[kind], long.MaxValue);
            quickest[kind] = milliseconds == long.MaxValue ? null : milliseconds;
        }

        int inFlightMax = Interlocked.Exchange(ref _inFlightMax, InFlight);
        long refused = Refused;
        _limit.Look(quickest, inFlightMax, refused > _refusedBefore);
        _refusedBefore = refused;
        Volatile.Write(ref _limitNow, _limit.Operations);
    }

    private static void InterlockedMax(ref int place, int value)
    {
        for (int before = Volatile.Read(ref place); value > before; before = Volatile.Read(ref place))
        {
            if (Interlocked.CompareExchange(ref place, value, before) == before)
            {
                return;
            }
        }
    }

    private static void InterlockedMin(ref long place, long value)
    {
        for (long before = Volatile.Read(ref place); value < before; before = Volatile.Read(ref place))
        {
            if (Interlocked.CompareExchange(ref place, value, before) == before)
            {
                return;
            }
        }
    }
}
