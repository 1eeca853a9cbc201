using System.Buffers;
using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using KvStore.Node.Registers;
using Microsoft.AspNetCore.Http;

namespace KvStore.Node.FrontEnds.Http;

/// <summary>Writes a failure as problem details (RFC 9457), with what a program needs to act on it in headers too.</summary>
internal static class ProblemWriter
{
    public const string ContentType = "application/problem+json";

    /// <summary>Before <see cref="FailureKind.Type"/>, which alone is not a URI.</summary>
    public const string TypePrefix = "urn:kvstore:problem:";

    // Quotes and other scripts as they are: this is never inside a page.
    private static readonly JsonWriterOptions Readable = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static async Task WriteAsync(HttpContext context, RequestFailure failure)
    {
        ArrayBufferWriter<byte> body = new();
        Write(body, failure, TraceResponse.TraceIdOf(context));
        HttpResponse response = context.Response;
        response.StatusCode = failure.HttpStatus;
        response.ContentType = ContentType;
        response.ContentLength = body.WrittenCount;
        response.Headers.CacheControl = "no-store";
        if (failure.Kind == FailureKind.ConditionFailed && failure.Version != StateVersion.None)
        {
            response.Headers.ETag = ConditionHeaders.TagOf(failure.Version);
        }

        if (failure.Kind.RetryAfterSeconds > 0 && failure.HttpStatus == failure.Kind.HttpStatus)
        {
            response.Headers.RetryAfter = failure.Kind.RetryAfterSeconds.ToString(CultureInfo.InvariantCulture);
        }

        if (!HttpMethods.IsHead(context.Request.Method))
        {
            await response.Body.WriteAsync(body.WrittenMemory, context.RequestAborted);
        }
    }

    private static void Write(ArrayBufferWriter<byte> body, RequestFailure failure, string traceId)
    {
        using Utf8JsonWriter json = new(body, Readable);
        json.WriteStartObject();
        json.WriteString("type", TypePrefix + failure.Kind.Type);
        json.WriteString("title", failure.Kind.Title);
        json.WriteNumber("status", failure.HttpStatus);
        json.WriteString("detail", failure.Detail);
        if (failure.Outcome is { } outcome)
        {
            json.WriteString("outcome", RequestFailure.NameOf(outcome));
        }

        if (failure.Version != StateVersion.None)
        {
            json.WriteString("version", failure.Version.ToString());
        }

        json.WriteString("traceId", traceId);
        json.WriteEndObject();
    }
}
