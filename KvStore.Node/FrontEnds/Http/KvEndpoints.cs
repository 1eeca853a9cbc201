using System.Globalization;
using System.Text;
using KvStore.Node.Coordination;
using KvStore.Node.Registers;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Routing;

namespace KvStore.Node.FrontEnds.Http;

/// <summary>Get, put, delete, increment and append of one key. Values are bytes as they are.</summary>
internal sealed class KvEndpoints(Lazy<Operations> operations, RequestRules rules)
{
    private const string TimeToLiveParameter = "ttl";
    private const string ByParameter = "by";
    private const string PreviousParameter = "previous";
    private const string PreviousVersionHeader = "Previous-Version";
    private const string ValueType = "application/octet-stream";
    private const string NumberType = "text/plain";
    private const long TimeToLiveSecondsMax = RequestRules.TimeToLiveMillisecondsMax / 1000;

    private static readonly int[] ReadFailures = [400, 404, 429, 503, 504];
    private static readonly int[] WriteFailures = [400, 412, 429, 503, 504, 507];

    public void Map(IEndpointRouteBuilder routes)
    {
        ApiParameter[] read = [ApiParameter.Key, ApiParameter.Consistency, ApiParameter.Timeout];
        ApiParameter[] written = [.. read, ApiParameter.IfMatch, ApiParameter.IfNoneMatch];
        routes.MapGet(KvRouting.KeyPattern, GetAsync)
            .Describe("Get", GetAsync, new ApiOperation(ApiOperation.Keys, "The value and, as ETag, its version", read), ReadFailures)
            .Answers(StatusCodes.Status200OK, typeof(byte[]), ValueType);
        routes.MapMethods(KvRouting.KeyPattern, [HttpMethods.Head], GetAsync)
            .Describe("Head", GetAsync, new ApiOperation(ApiOperation.Keys, "As Get, without the value", read), ReadFailures)
            .Answers(StatusCodes.Status200OK, typeof(void), ValueType);
        routes.MapPut(KvRouting.KeyPattern, PutAsync)
            .Describe("Put", PutAsync, new ApiOperation(ApiOperation.Keys, "Store the body as the value", [.. written, ApiParameter.TimeToLive, ApiParameter.Previous], HasBody: true), [.. WriteFailures, 413])
            .Answers(StatusCodes.Status204NoContent, typeof(void), ValueType)
            .Answers(StatusCodes.Status200OK, typeof(byte[]), ValueType);
        routes.MapDelete(KvRouting.KeyPattern, DeleteAsync)
            .Describe("Delete", DeleteAsync, new ApiOperation(ApiOperation.Keys, "Delete the value; 404 if there was none", [.. written, ApiParameter.Previous]), [.. WriteFailures, 404])
            .Answers(StatusCodes.Status204NoContent, typeof(void), ValueType)
            .Answers(StatusCodes.Status200OK, typeof(byte[]), ValueType);
        routes.MapPost(KvRouting.IncrementPattern, IncrementAsync)
            .Describe("Increment", IncrementAsync, new ApiOperation(ApiOperation.Keys, "Add to a decimal number and tell the new one", [.. written, ApiParameter.By]), [.. WriteFailures, 409])
            .Answers(StatusCodes.Status200OK, typeof(long), NumberType);
        routes.MapPost(KvRouting.AppendPattern, AppendAsync)
            .Describe("Append", AppendAsync, new ApiOperation(ApiOperation.Keys, "Add the body to the end of the value and tell its new length", written, HasBody: true), [.. WriteFailures, 413])
            .Answers(StatusCodes.Status200OK, typeof(long), NumberType);
    }

    private async Task GetAsync(HttpContext context)
    {
        RequestFailure? failure = KvRequest.Read(context, rules, out KvRequest request);
        if (await RunAsync(context, failure, request, Change.Identity) is { State: { } state })
        {
            await AnswerAsync(context, state.Version, ValueType, state.Value);
        }
    }

    private async Task PutAsync(HttpContext context)
    {
        Change change = Change.Put(default);
        RequestFailure? failure = KvRequest.Read(context, rules, out KvRequest request, TimeToLiveParameter, PreviousParameter)
            ?? ReadTimeToLive(context, ref change)
            ?? ReadPrevious(context, ref change)
            ?? ConditionHeaders.Read(context.Request.Headers, ref change);
        if (failure is null)
        {
            (byte[] value, failure) = await ValueBody.ReadAsync(context.Request, rules, context.RequestAborted);
            change = change with { Value = value };
        }

        if (await RunAsync(context, failure, request, change) is { } result)
        {
            context.Response.Headers.ETag = ConditionHeaders.TagOf(result.Version);
            await AnswerBeforeAsync(context, result);
        }
    }

    private async Task DeleteAsync(HttpContext context)
    {
        Change change = Change.Delete();
        RequestFailure? failure = KvRequest.Read(context, rules, out KvRequest request, PreviousParameter)
            ?? ReadPrevious(context, ref change)
            ?? ConditionHeaders.Read(context.Request.Headers, ref change);
        if (await RunAsync(context, failure, request, change) is not { } result)
        {
            return;
        }

        if (!result.Existed)
        {
            await ProblemWriter.WriteAsync(context, OperationAnswer.Missing(result.State, OperationOutcome.NotApplied));
            return;
        }

        await AnswerBeforeAsync(context, result);
    }

    private async Task IncrementAsync(HttpContext context)
    {
        long by = 1;
        Change change = Change.Increment(by);
        RequestFailure? failure = KvRequest.Read(context, rules, out KvRequest request, ByParameter)
            ?? context.Features.GetRequiredFeature<KvTarget>().Query.ReadWhole(ByParameter, long.MinValue, long.MaxValue, ref by)
            ?? ConditionHeaders.Read(context.Request.Headers, ref change);
        if (await RunAsync(context, failure, request, change with { By = by }) is { } result)
        {
            await AnswerAsync(context, result.Version, NumberType, NumberOf(result));
        }
    }

    private async Task AppendAsync(HttpContext context)
    {
        Change change = Change.Append(default, rules.ValueBytesMax);
        RequestFailure? failure = KvRequest.Read(context, rules, out KvRequest request)
            ?? ConditionHeaders.Read(context.Request.Headers, ref change);
        if (failure is null)
        {
            (byte[] more, failure) = await ValueBody.ReadAsync(context.Request, rules, context.RequestAborted);
            change = change with { Value = more };
        }

        if (await RunAsync(context, failure, request, change) is { } result)
        {
            await AnswerAsync(context, result.Version, NumberType, NumberOf(result));
        }
    }

    private static byte[] NumberOf(in ChangeResult result) => Encoding.ASCII.GetBytes(result.Number.ToString(CultureInfo.InvariantCulture));

    /// <returns>What the change did; null if it failed, and then the failure has been answered.</returns>
    private async ValueTask<ChangeResult?> RunAsync(HttpContext context, RequestFailure? failure, KvRequest request, Change change)
    {
        ChangeResult result = default;
        if (failure is null)
        {
            (result, failure) = await operations.Value.RunAsync(request.Key, change, request.Level, request.Timeout, context.RequestAborted);
        }

        if (failure is null)
        {
            return result;
        }

        await ProblemWriter.WriteAsync(context, change.Kind == ChangeKind.Identity ? failure : failure.OfWrite());
        return null;
    }

    /// <summary>Answers a write: with the value that it replaced, if that was asked for and there was one; else with nothing.</summary>
    private static Task AnswerBeforeAsync(HttpContext context, in ChangeResult result)
    {
        if (result.Before is not { HasValue: true } before)
        {
            context.Response.StatusCode = StatusCodes.Status204NoContent;
            return Task.CompletedTask;
        }

        context.Response.Headers[PreviousVersionHeader] = ConditionHeaders.TagOf(before.Version);
        return AnswerAsync(context, ValueType, before.Value);
    }

    private static Task AnswerAsync(HttpContext context, StateVersion version, string contentType, ReadOnlyMemory<byte> body)
    {
        context.Response.Headers.ETag = ConditionHeaders.TagOf(version);
        return AnswerAsync(context, contentType, body);
    }

    private static async Task AnswerAsync(HttpContext context, string contentType, ReadOnlyMemory<byte> body)
    {
        HttpResponse response = context.Response;
        response.Headers.CacheControl = "no-store";
        response.ContentType = contentType;
        response.ContentLength = body.Length;
        if (!HttpMethods.IsHead(context.Request.Method))
        {
            await response.Body.WriteAsync(body, context.RequestAborted);
        }
    }

    private static RequestFailure? ReadPrevious(HttpContext context, ref Change change)
    {
        bool previous = false;
        RequestFailure? failure = context.Features.GetRequiredFeature<KvTarget>().Query.ReadFlag(PreviousParameter, ref previous);
        change = change with { AnswersBefore = previous };
        return failure;
    }

    private static RequestFailure? ReadTimeToLive(HttpContext context, ref Change change)
    {
        long seconds = 0;
        QueryParameters query = context.Features.GetRequiredFeature<KvTarget>().Query;
        RequestFailure? failure = query.ReadWhole(TimeToLiveParameter, 1, TimeToLiveSecondsMax, ref seconds);
        change = change with { TimeToLive = seconds * 1000 };
        return failure;
    }
}
