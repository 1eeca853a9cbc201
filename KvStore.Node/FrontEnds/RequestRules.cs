using KvStore.Node.Coordination;

namespace KvStore.Node.FrontEnds;

/// <summary>What a request may be, the same whichever way it comes in. Each check returns null if there is nothing wrong.</summary>
internal sealed class RequestRules(NodeOptions options)
{
    /// <summary>100 years: any more would one day not fit a timestamp.</summary>
    public const long TimeToLiveMillisecondsMax = 100L * 366 * 24 * 3600 * 1000;

    /// <summary>Of a message beside the largest value: key, names, the other fields.</summary>
    private const int MessageOverheadMax = 64 * 1024;

    /// <summary>So that a batch of small values is worth its name.</summary>
    private const int MessageBytesLeast = 16 << 20;

    /// <summary>The largest gRPC message either way.</summary>
    public int MessageBytesMax => Math.Max(MessageBytesLeast, options.ValueBytesMax + MessageOverheadMax);

    public int ValueBytesMax => options.ValueBytesMax;

    public Consistency DefaultConsistency => options.DefaultConsistency;

    public RequestFailure? CheckKey(int length)
    {
        if (length == 0)
        {
            return new RequestFailure(FailureKind.EmptyKey, "The key is empty.");
        }

        return length <= options.KeyBytesMax
            ? null
            : new RequestFailure(FailureKind.KeyTooLong, $"The key has {length} bytes; {options.KeyBytesMax} are allowed (KvStore:KeyBytesMax).");
    }

    public RequestFailure? CheckValue(long length) => length <= options.ValueBytesMax ? null : ValueTooLarge($"The value has {length} bytes");

    /// <summary>For a value whose length is not known because reading it stopped at the limit.</summary>
    public RequestFailure ValueTooLarge() => ValueTooLarge($"The value has more than {options.ValueBytesMax} bytes");

    /// <summary>The time a request may take.</summary>
    /// <param name="asked">Null where the request names none.</param>
    public TimeSpan TimeoutOf(TimeSpan? asked) => asked is { } time && time < options.RequestTimeout ? time : options.RequestTimeout;

    private RequestFailure ValueTooLarge(string subject) =>
        new(FailureKind.ValueTooLarge, $"{subject}; {options.ValueBytesMax} are allowed (KvStore:ValueBytesMax).", OperationOutcome.NotApplied);
}
