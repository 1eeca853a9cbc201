namespace KvStore.Client;

/// <summary>An operation that the cluster refused or did not answer in time.</summary>
public sealed class KvException : Exception
{
    /// <summary>An error of this type and outcome.</summary>
    public KvException(
        string message,
        string errorType,
        KvOutcome outcome,
        string? version = null,
        Exception? innerException = null)
        : base(message, innerException)
    {
        ErrorType = errorType;
        Outcome = outcome;
        Version = version;
    }

    /// <summary>
    /// A stable name to branch on, the member's where it gave one: <c>quorum-unreachable</c>, <c>deadline</c>,
    /// <c>overloaded</c>, <c>not-a-number</c>, ... <c>unreachable</c> where no connection could be made, <c>transport</c>
    /// where it broke; else the gRPC status in lower case with dashes (<c>invalid-argument</c>).
    /// </summary>
    public string ErrorType { get; }

    /// <summary>Whether the write may have taken effect.</summary>
    public KvOutcome Outcome { get; }

    /// <summary>The version found at the key, where that is why it was refused.</summary>
    public string? Version { get; }

    /// <summary>The address that was asked last.</summary>
    public Uri? Endpoint { get; internal init; }

    /// <summary>The gRPC status, in upper case with underscores (<c>UNAVAILABLE</c>).</summary>
    public string StatusCode { get; internal init; } = "UNKNOWN";

    /// <summary>Whether another member might answer what this one did not.</summary>
    internal bool MayBeAnsweredElsewhere { get; init; }
}
