using System.Globalization;

namespace Grpc.Core;

/// <summary>How a call ended: a code, a detail for people and, locally, the exception behind it.</summary>
public struct Status
{
    /// <summary>OK, with no detail.</summary>
    public static readonly Status DefaultSuccess = new(StatusCode.OK, "");

    /// <summary>Cancelled, with no detail.</summary>
    public static readonly Status DefaultCancelled = new(StatusCode.Cancelled, "");

    /// <summary>A code and a detail.</summary>
    public Status(StatusCode statusCode, string detail)
        : this(statusCode, detail, null)
    {
    }

    /// <summary>A code, a detail and the exception behind it, which is never sent.</summary>
    public Status(StatusCode statusCode, string detail, Exception? debugException)
    {
        StatusCode = statusCode;
        Detail = detail;
        DebugException = debugException;
    }

    /// <summary>The code.</summary>
    public StatusCode StatusCode { get; }

    /// <summary>The detail.</summary>
    public string Detail { get; }

    /// <summary>The local exception behind a failure; null when there is none or it happened elsewhere.</summary>
    public Exception? DebugException { get; }

    /// <summary>The code, the detail and the exception's text if there is one.</summary>
    public override readonly string ToString() => DebugException is null
        ? string.Create(CultureInfo.InvariantCulture, $"Status(StatusCode=\"{StatusCode}\", Detail=\"{Detail}\")")
        : string.Create(
            CultureInfo.InvariantCulture,
            $"Status(StatusCode=\"{StatusCode}\", Detail=\"{Detail}\", DebugException=\"{DebugException.GetType()}: {DebugException.Message}\")");
}
