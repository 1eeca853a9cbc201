namespace Grpc.Core;

/// <summary>The codes a call can end with; the numbers are on the wire.</summary>
public enum StatusCode
{
    /// <summary>It succeeded.</summary>
    OK = 0,

    /// <summary>It was cancelled, usually by the caller.</summary>
    Cancelled = 1,

    /// <summary>It failed and nothing more is known.</summary>
    Unknown = 2,

    /// <summary>The request is wrong whatever state the system is in.</summary>
    InvalidArgument = 3,

    /// <summary>The deadline passed first; it may have taken effect.</summary>
    DeadlineExceeded = 4,

    /// <summary>What was asked for does not exist.</summary>
    NotFound = 5,

    /// <summary>What was to be created exists.</summary>
    AlreadyExists = 6,

    /// <summary>The caller is known and may not do this.</summary>
    PermissionDenied = 7,

    /// <summary>A quota or a size limit was reached.</summary>
    ResourceExhausted = 8,

    /// <summary>The system is not in the state this needs; repeating it does not help.</summary>
    FailedPrecondition = 9,

    /// <summary>It lost to a concurrent operation; repeating the whole transaction may help.</summary>
    Aborted = 10,

    /// <summary>It went past the end of what there is at present.</summary>
    OutOfRange = 11,

    /// <summary>The server has no such method.</summary>
    Unimplemented = 12,

    /// <summary>Something that must hold does not.</summary>
    Internal = 13,

    /// <summary>The server cannot be reached or cannot serve now; repeating may help.</summary>
    Unavailable = 14,

    /// <summary>Data was lost or damaged for good.</summary>
    DataLoss = 15,

    /// <summary>The caller is not known.</summary>
    Unauthenticated = 16,
}
