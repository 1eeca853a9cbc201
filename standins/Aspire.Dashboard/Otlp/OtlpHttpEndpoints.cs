using System.IO.Compression;
using Aspire.Dashboard.Otlp.Wire;
using Google.Protobuf;

namespace Aspire.Dashboard.Otlp;

/// <summary>
/// OTLP over HTTP: POST /v1/traces, /v1/logs and /v1/metrics, protobuf or JSON, plain or gzip. The answer is in the same. A refusal is a status with a
/// google.rpc.Status that says what is wrong. A body, before and after it is unpacked, has at most <see cref="BodyBytesMax"/> bytes.
/// </summary>
internal static class OtlpHttpEndpoints
{
    public const int BodyBytesMax = 16 * 1024 * 1024;

    private const string Protobuf = "application/x-protobuf";
    private const string Json = "application/json";
    private const int InvalidArgument = 3;
    private const int ResourceExhausted = 8;
    private const int Unauthenticated = 16;

    public static void MapOtlpHttp(this IEndpointRouteBuilder routes)
    {
        routes.MapPost("/v1/traces", (HttpContext context, TraceIntake intake, OtlpKey key) => TakeAsync(
            context, key, ExportTraceServiceRequest.Parser, request => OtlpAnswers.OfTrace(intake.Take(request)))).OverOtlp();
        routes.MapPost("/v1/logs", (HttpContext context, LogIntake intake, OtlpKey key) => TakeAsync(
            context, key, ExportLogsServiceRequest.Parser, request => OtlpAnswers.OfLogs(intake.Take(request)))).OverOtlp();
        routes.MapPost("/v1/metrics", (HttpContext context, MetricIntake intake, OtlpKey key) => TakeAsync(
            context, key, ExportMetricsServiceRequest.Parser, request => OtlpAnswers.OfMetrics(intake.Take(request)))).OverOtlp();
    }

    /// <summary>The key is what is asked for here, not a login; and no browser sends forms here.</summary>
    private static void OverOtlp(this IEndpointConventionBuilder endpoint) => endpoint.AllowAnonymous();

    private static async Task TakeAsync<T>(HttpContext context, OtlpKey key, MessageParser<T> parser, Func<T, IMessage> take)
        where T : IMessage<T>, new()
    {
        if (key.ProblemWith(context.Request.Headers[OtlpKey.HeaderName]) is { } problem)
        {
            await RefuseAsync(context, StatusCodes.Status401Unauthorized, Unauthenticated, problem);
            return;
        }

        if (!IsJson(context) && !IsOf(context, Protobuf))
        {
            await RefuseAsync(
                context,
                StatusCodes.Status415UnsupportedMediaType,
                InvalidArgument,
                $"Content-Type must be {Protobuf} or {Json}, not '{context.Request.ContentType}'");
            return;
        }

        var encoding = context.Request.Headers.ContentEncoding.ToString();
        if (encoding is not ("" or "identity" or "gzip"))
        {
            await RefuseAsync(
                context, StatusCodes.Status415UnsupportedMediaType, InvalidArgument, $"Content-Encoding must be gzip or none, not '{encoding}'");
            return;
        }

        try
        {
            var body = await ReadAsync(context.Request, encoding == "gzip", context.RequestAborted);
            await AnswerAsync(context, StatusCodes.Status200OK, take(IsJson(context) ? OtlpJsonReader.Read<T>(body) : parser.ParseFrom(body)));
        }
        catch (Exception e) when (e is InvalidProtocolBufferException or FormatException)
        {
            await RefuseAsync(context, StatusCodes.Status400BadRequest, InvalidArgument, $"the body is no {typeof(T).Name}: {e.Message}");
        }
        catch (InvalidDataException e)
        {
            await RefuseAsync(context, StatusCodes.Status400BadRequest, InvalidArgument, $"the body is no gzip: {e.Message}");
        }
        catch (BadHttpRequestException e)
        {
            await RefuseAsync(context, e.StatusCode, e.StatusCode == StatusCodes.Status413PayloadTooLarge ? ResourceExhausted : InvalidArgument, e.Message);
        }
    }

    private static async Task<byte[]> ReadAsync(HttpRequest request, bool isPacked, CancellationToken cancellationToken)
    {
        await using var unpacked = isPacked ? new GZipStream(request.Body, CompressionMode.Decompress, leaveOpen: true) : null;
        var source = unpacked ?? request.Body;
        using var body = new MemoryStream();
        var buffer = new byte[64 * 1024];
        while (await source.ReadAsync(buffer, cancellationToken) is > 0 and var read)
        {
            if (body.Length + read > BodyBytesMax)
            {
                throw new BadHttpRequestException($"the body has more than {BodyBytesMax} bytes", StatusCodes.Status413PayloadTooLarge);
            }

            body.Write(buffer, 0, read);
        }

        return body.ToArray();
    }

    private static bool IsJson(HttpContext context) => IsOf(context, Json);

    private static bool IsOf(HttpContext context, string type) =>
        string.Equals(context.Request.ContentType?.Split(';')[0].Trim(), type, StringComparison.OrdinalIgnoreCase);

    private static Task RefuseAsync(HttpContext context, int status, int code, string message) =>
        AnswerAsync(context, status, new RpcStatus { Code = code, Message = message });

    private static async Task AnswerAsync(HttpContext context, int status, IMessage message)
    {
        context.Response.StatusCode = status;
        if (IsJson(context))
        {
            context.Response.ContentType = Json;
            await context.Response.WriteAsync(JsonFormatter.Default.Format(message), context.RequestAborted);
            return;
        }

        context.Response.ContentType = Protobuf;
        await context.Response.Body.WriteAsync(message.ToByteArray(), context.RequestAborted);
    }
}
