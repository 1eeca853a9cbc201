using System.Collections.Concurrent;

namespace KvStore.Node.Coordination;

/// <summary>
/// What waits for a lane. What ends work that was begun goes before what others ask, that before what clients begin, and that
/// before the upkeep of replicas; but whoever was passed over so often gets a turn, so that nobody starves. Within a class the
/// order is that of coming. Any thread adds; only the lane takes.
/// </summary>
/// <remarks>
/// Bounded: frames of peers here, by number and bytes (the next is dropped, and its senders' rounds time out); operations by
/// <see cref="Admission"/>; upkeep by its own pace; news of store and links by what the lane asked for itself.
/// </remarks>
internal sealed class LaneInputs
{
    /// <summary>Frames of peers that wait, at most.</summary>
    public const int FramesMax = 8_192;

    /// <summary>Bytes of the frames that wait, at most; a single longer frame is taken if no other waits.</summary>
    public const long FrameBytesMax = 64L * 1024 * 1024;

    /// <summary>Replies, and news of the store and the links.</summary>
    private const int Ending = 0;

    /// <summary>Requests of peers.</summary>
    private const int Asked = 1;

    /// <summary>Clients' operations and inquiries.</summary>
    private const int Begun = 2;

    private const int Upkeep = 3;

    /// <summary>Inputs of higher classes after which a class that waits gets a turn.</summary>
    private static readonly int[] PassedOverMax = [0, 4, 8, 64];

    private readonly ConcurrentQueue<LaneInput>[] _classes = [new(), new(), new(), new()];
    private readonly int[] _passedOver = new int[4];
    private int _frames;
    private long _frameBytes;

    public int Count => _classes.Sum(inputs => inputs.Count);

    public bool IsEmpty => Array.TrueForAll(_classes, inputs => inputs.IsEmpty);

    /// <returns>False if it was dropped.</returns>
    public bool TryAdd(in LaneInput input)
    {
        if (IsFrame(input.Kind))
        {
            int frames = Interlocked.Increment(ref _frames);
            long bytes = Interlocked.Add(ref _frameBytes, input.Number);
            if (frames > FramesMax || (bytes > FrameBytesMax && frames > 1))
            {
                Forget(input);
                return false;
            }
        }

        _classes[ClassOf(input.Kind)].Enqueue(input);
        return true;
    }

    public bool TryTake(out LaneInput input)
    {
        for (int lower = _classes.Length - 1; lower > 0; lower--)
        {
            if (_passedOver[lower] >= PassedOverMax[lower] && TryTake(lower, out input))
            {
                return true;
            }
        }

        for (int next = 0; next < _classes.Length; next++)
        {
            if (TryTake(next, out input))
            {
                return true;
            }
        }

        input = default;
        return false;
    }

    private bool TryTake(int from, out LaneInput input)
    {
        if (!_classes[from].TryDequeue(out input))
        {
            return false;
        }

        _passedOver[from] = 0;
        for (int lower = from + 1; lower < _classes.Length; lower++)
        {
            _passedOver[lower] = _classes[lower].IsEmpty ? 0 : _passedOver[lower] + 1;
        }

        if (IsFrame(input.Kind))
        {
            Forget(input);
        }

        return true;
    }

    private void Forget(in LaneInput frame)
    {
        Interlocked.Decrement(ref _frames);
        Interlocked.Add(ref _frameBytes, -frame.Number);
    }

    private static bool IsFrame(LaneInputKind kind) => kind is LaneInputKind.Requests or LaneInputKind.Replies;

    private static int ClassOf(LaneInputKind kind) => kind switch
    {
        LaneInputKind.Requests => Asked,
        LaneInputKind.Operation or LaneInputKind.Batch or LaneInputKind.Inquiry or LaneInputKind.Traffic => Begun,
        LaneInputKind.Call => Upkeep,
        _ => Ending,
    };
}
