using System.Buffers;
using KvStore.Node.Coordination;
using KvStore.Node.Registers;
using KvStore.Node.Ring;

namespace KvStore.Node.FrontEnds.Resp;

/// <summary>
/// GETs and SETs of one connection that came together: one call of the pipeline, whose answers are theirs in their order. Used
/// again for others when it is written.
/// </summary>
/// <param name="lanes">Of the member.</param>
/// <param name="completed">Told when all are answered, on a lane: quick, and without exceptions.</param>
internal sealed class RespBatch(int lanes, Action<RespBatch> completed) : OperationBatch
{
    /// <summary>Room for values found that is worth keeping, of one lane.</summary>
    private const int FoundBytesKept = 16 * 1024;

    private const int FoundBytesLeast = 512;

    private readonly ulong[] _hashes = new ulong[ItemsMax];
    private readonly ItemAnswer[] _answers = new ItemAnswer[ItemsMax];

    // Of each lane, as they answer at the same time.
    private readonly byte[]?[] _found = new byte[]?[lanes];
    private readonly int[] _foundLengths = new int[lanes];
    private RespReply? _refusal;
    private OperationFailure _refused;

    private enum Kind : byte
    {
        /// <summary>Not yet.</summary>
        None,

        Done,
        Nothing,
        Found,
        WrongType,
        Failed,
    }

    /// <summary>The call that it is now.</summary>
    public RespCall Call { get; private set; } = null!;

    /// <summary>Rough: what the answers hold in memory until they are written.</summary>
    public long AnswerBytes
    {
        get
        {
            long bytes = 0;
            foreach (int length in _foundLengths)
            {
                bytes += length;
            }

            return bytes;
        }
    }

    private ReadOnlySpan<ulong> Hashes => _hashes.AsSpan(0, Count);

    public void BeginCall(RespCall call) => Call = call;

    /// <summary>Adds a command unless there is no room, or a key would be in the batch twice and not only be read.</summary>
    /// <param name="value">Null of GET.</param>
    public bool TryAdd(ReadOnlySpan<byte> key, ReadOnlySpan<byte> value, bool isRead)
    {
        if (Count == ItemsMax)
        {
            return false;
        }

        Key made = new(key.ToArray());
        if ((!isRead || Writes > 0) && Hashes.Contains(made.Hash))
        {
            return false;
        }

        _hashes[Count] = made.Hash;
        Add(made, isRead ? null : value.ToArray());
        return true;
    }

    /// <summary>Whether the key is in it, or one that looks like it.</summary>
    public bool Holds(in Key key) => Hashes.Contains(key.Hash);

    /// <summary>Whether one of the two has to wait for the other: a key that one puts may be in both.</summary>
    public bool Meets(RespBatch other)
    {
        if (Writes == 0 && other.Writes == 0)
        {
            return false;
        }

        foreach (ulong hash in Hashes)
        {
            if (other.Hashes.Contains(hash))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Answers all the same; nothing of it was run.</summary>
    public void Refuse(in RespReply refusal) => _refusal = refusal;

    /// <summary>Tells of each command that it was not run, and why.</summary>
    public void Refuse(OperationFailure failure) => _refused = failure;

    /// <param name="protocol">2 or 3.</param>
    public void Write(IBufferWriter<byte> output, int protocol)
    {
        for (int i = 0; i < Count; i++)
        {
            RespWriter.Write(output, _refusal ?? ReplyTo(i), protocol);
        }
    }

    /// <summary>Makes it ready for another call.</summary>
    public void Reset()
    {
        Array.Clear(_answers, 0, Count);
        Clear();
        Call = null!;
        _refusal = null;
        _refused = OperationFailure.None;
        for (int lane = 0; lane < _found.Length; lane++)
        {
            _foundLengths[lane] = 0;
            if (_found[lane]?.Length > FoundBytesKept)
            {
                _found[lane] = null;
            }
        }
    }

    protected override void OnRead(int lane, int item, in RegisterView found)
    {
        if (!found.HasValue || HashValue.IsHash(found.Value))
        {
            _answers[item] = new ItemAnswer(found.HasValue ? Kind.WrongType : Kind.Nothing);
            return;
        }

        int start = _foundLengths[lane];
        int end = start + found.Value.Length;
        if (_found[lane] is not { } room || room.Length < end)
        {
            room = new byte[Math.Max(end, Math.Min(2 * (_found[lane]?.Length ?? FoundBytesLeast), FoundBytesKept))];
            _found[lane]?.AsSpan(0, start).CopyTo(room);
            _found[lane] = room;
        }

        found.Value.CopyTo(room.AsSpan(start));
        _foundLengths[lane] = end;
        _answers[item] = new ItemAnswer(Kind.Found, lane, start, found.Value.Length);
    }

    protected override void OnPut(int item, StateVersion version) => _answers[item] = new ItemAnswer(Kind.Done);

    protected override void OnFailed(int item) => _answers[item] = new ItemAnswer(Kind.Failed);

    protected override void Completed() => completed(this);

    private RespReply ReplyTo(int item)
    {
        if (_refused != OperationFailure.None)
        {
            return RespError.Of(OperationResult.NotApplied(_refused), this[item].Change, Call.Level);
        }

        ItemAnswer answer = _answers[item];
        return answer.Kind switch
        {
            Kind.None => RespError.Internal, // never: but if, then it is not told to be done
            Kind.Done => RespReply.Ok,
            Kind.Nothing => RespReply.Null,
            Kind.Found => RespReply.Bulk(_found[answer.Lane].AsMemory(answer.Start, answer.Length)),
            Kind.WrongType => RespError.WrongType,
            Kind.Failed => RespError.Of(ResultOf(item), this[item].Change, Level),
            _ => throw new InvariantViolation("No such answer"),
        };
    }

    private readonly record struct ItemAnswer(Kind Kind, int Lane = 0, int Start = 0, int Length = 0);
}
