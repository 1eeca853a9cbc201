using System.Net.Http;
using Grpc.Core;
using Wire = KvStore.Protocol;

namespace KvStore.Client.Calls;

/// <summary>
/// What a failed call means. The member's own word counts where it gave one; without it a write is only known not to have
/// been applied if it never left or was refused before it could run.
/// </summary>
internal static class Failures
{
    public const string ConditionFailed = "condition-failed";
    public const string Overloaded = "overloaded";
    public const string Deadline = "deadline";
    public const string NotFoundStatus = "NOT_FOUND";

    private const string DetailTrailer = "kvstore-error-bin";

    public static KvException Of(RpcException exception, Operation operation, Uri endpoint)
    {
        Wire.ErrorDetail? detail = DetailOf(exception);
        StatusCode code = exception.StatusCode;
        if (detail is not null)
        {
            return Of(detail, code, operation, endpoint, exception);
        }

        bool neverSent = NeverSent(exception);
        KvOutcome outcome = operation.IsRead || neverSent || RefusedBeforeRunning(code) ? KvOutcome.NotApplied : KvOutcome.Unknown;
        string type = code switch
        {
            _ when neverSent => "unreachable",
            StatusCode.Unavailable or StatusCode.Internal => "transport",
            StatusCode.DeadlineExceeded => Deadline,
            _ => NameOf(code).Replace('_', '-').ToLowerInvariant(),
        };
        return new KvException(MessageOf(exception, type, endpoint), type, outcome, innerException: exception)
        {
            Endpoint = endpoint,
            StatusCode = NameOf(code),
            MayBeAnsweredElsewhere = MayBeAnsweredElsewhere(code, outcome, operation),
        };
    }

    /// <summary>Of a call that was held back because the member has refused many, or answered them too late.</summary>
    public static KvException HeldBack(Uri endpoint) => new(
        $"{endpoint.Authority} has refused many calls as overloaded, or answered them too late; this one was not sent.", Overloaded, KvOutcome.NotApplied)
    {
        Endpoint = endpoint,
        StatusCode = NameOf(StatusCode.ResourceExhausted),
        MayBeAnsweredElsewhere = true,
    };

    /// <summary>Of one operation in a batch that was answered as a whole.</summary>
    public static KvException Of(Wire.ErrorDetail detail, Operation operation, Uri endpoint) =>
        Of(detail, (StatusCode)detail.Code, operation, endpoint, inner: null);

    private static KvException Of(Wire.ErrorDetail detail, StatusCode code, Operation operation, Uri endpoint, Exception? inner)
    {
        KvOutcome outcome = operation.IsRead || detail.Outcome == Wire.Outcome.NotApplied || RefusedBeforeRunning(code)
            ? KvOutcome.NotApplied
            : KvOutcome.Unknown;
        return new KvException(detail.Message, detail.Type, outcome, TextOrNull(detail.Version), inner)
        {
            Endpoint = endpoint,
            StatusCode = NameOf(code),
            MayBeAnsweredElsewhere = MayBeAnsweredElsewhere(code, outcome, operation),
        };
    }

    /// <summary>Of an operation that never left this process.</summary>
    public static KvException Unsent(string type, string message, StatusCode code, Uri endpoint) => new(message, type, KvOutcome.NotApplied)
    {
        Endpoint = endpoint,
        StatusCode = NameOf(code),
        MayBeAnsweredElsewhere = code != StatusCode.DeadlineExceeded,
    };

    public static string? TextOrNull(string text) => text.Length == 0 ? null : text;

    /// <summary>gRPC's own spelling of a status, which .NET's enumeration hides.</summary>
    public static string NameOf(StatusCode code) => code switch
    {
        StatusCode.OK => "OK",
        StatusCode.Cancelled => "CANCELLED",
        StatusCode.InvalidArgument => "INVALID_ARGUMENT",
        StatusCode.DeadlineExceeded => "DEADLINE_EXCEEDED",
        StatusCode.NotFound => NotFoundStatus,
        StatusCode.AlreadyExists => "ALREADY_EXISTS",
        StatusCode.PermissionDenied => "PERMISSION_DENIED",
        StatusCode.Unauthenticated => "UNAUTHENTICATED",
        StatusCode.ResourceExhausted => "RESOURCE_EXHAUSTED",
        StatusCode.FailedPrecondition => "FAILED_PRECONDITION",
        StatusCode.Aborted => "ABORTED",
        StatusCode.OutOfRange => "OUT_OF_RANGE",
        StatusCode.Unimplemented => "UNIMPLEMENTED",
        StatusCode.Internal => "INTERNAL",
        StatusCode.Unavailable => "UNAVAILABLE",
        StatusCode.DataLoss => "DATA_LOSS",
        _ => "UNKNOWN",
    };

    private static Wire.ErrorDetail? DetailOf(RpcException exception)
    {
        byte[]? bytes = exception.Trailers.GetValueBytes(DetailTrailer);
        if (bytes is null)
        {
            return null;
        }

        try
        {
            return Wire.ErrorDetail.Parser.ParseFrom(bytes);
        }
        catch (Google.Protobuf.InvalidProtocolBufferException)
        {
            // Whoever sent this is no member; the status alone is believed.
            return null;
        }
    }

    // The connection could not be made, so the request cannot have left.
    private static bool NeverSent(RpcException exception) =>
        exception.Status.DebugException is HttpRequestException
        {
            HttpRequestError: HttpRequestError.ConnectionError
                or HttpRequestError.NameResolutionError
                or HttpRequestError.SecureConnectionError,
        };

    private static bool RefusedBeforeRunning(StatusCode code) => code
        is StatusCode.InvalidArgument
        or StatusCode.NotFound
        or StatusCode.FailedPrecondition
        or StatusCode.PermissionDenied
        or StatusCode.Unauthenticated
        or StatusCode.OutOfRange
        or StatusCode.Unimplemented;

    private static bool MayBeAnsweredElsewhere(StatusCode code, KvOutcome outcome, Operation operation) => code switch
    {
        StatusCode.Unavailable or StatusCode.ResourceExhausted => outcome == KvOutcome.NotApplied,
        StatusCode.DeadlineExceeded or StatusCode.Internal or StatusCode.Unknown or StatusCode.Cancelled or StatusCode.Aborted =>
            operation.IsRead,
        _ => false,
    };

    private static string MessageOf(RpcException exception, string type, Uri endpoint) => type switch
    {
        "unreachable" => $"No connection to {endpoint.Authority}: {Innermost(exception.Status.DebugException!).Message}",
        Deadline => $"{endpoint.Authority} did not answer in time.",
        _ => $"{endpoint.Authority}: {exception.Status.Detail}",
    };

    private static Exception Innermost(Exception exception)
    {
        while (exception.InnerException is not null)
        {
            exception = exception.InnerException;
        }

        return exception;
    }
}
