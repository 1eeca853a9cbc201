using KvStore.Node.Coordination;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace KvStore.Node.FrontEnds.Http;

/// <summary>Turns what endpoints do not answer themselves into problem details: no such address, a broken body, a bug.</summary>
internal static partial class ProblemBoundary
{
    private const string GrpcContentType = "application/grpc";

    /// <summary>Must come before everything that may fail. gRPC calls have their own way to say it.</summary>
    public static void UseProblemBoundary(this WebApplication app) => app.Use(async (context, next) =>
    {
        if (context.Request.ContentType?.StartsWith(GrpcContentType, StringComparison.Ordinal) == true)
        {
            await next(context);
            return;
        }

        RequestFailure? failure;
        try
        {
            await next(context);
            failure = OfStatus(context);
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            return; // nobody is there to be answered
        }
        catch (BadHttpRequestException e)
        {
            failure = RequestFailure.Malformed(e.Message);
        }
        catch (Exception e)
        {
            LogUnanswered(app.Logger, e, context.Request.Method, TraceResponse.TraceIdOf(context));
            failure = new RequestFailure(FailureKind.Internal, "The member failed to answer; its log says why, under this trace id.");
            failure = IsRead(context) ? failure : failure with { Outcome = OperationOutcome.Unknown };
        }

        if (failure is not null && !context.Response.HasStarted)
        {
            await ProblemWriter.WriteAsync(context, IsRead(context) ? failure : failure.OfWrite());
        }
    });

    private static bool IsRead(HttpContext context) => HttpMethods.IsGet(context.Request.Method) || HttpMethods.IsHead(context.Request.Method);

    /// <summary>Of an answer that has a status only.</summary>
    private static RequestFailure? OfStatus(HttpContext context)
    {
        if (context.Response.HasStarted || context.Response.ContentType is not null)
        {
            return null;
        }

        return context.Response.StatusCode switch
        {
            StatusCodes.Status404NotFound => new RequestFailure(FailureKind.NoSuchResource, $"There is nothing at {context.Request.Path}."),
            StatusCodes.Status405MethodNotAllowed => new RequestFailure(
                FailureKind.MethodNotAllowed, $"{context.Request.Method} is not among the methods allowed here: {context.Response.Headers.Allow}."),
            _ => null,
        };
    }

    [LoggerMessage(EventId = 40, Level = LogLevel.Error, Message = "A {Method} request ended in an exception. Trace {TraceId}.")]
    private static partial void LogUnanswered(ILogger logger, Exception exception, string method, string traceId);
}
