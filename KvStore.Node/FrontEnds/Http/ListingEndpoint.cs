using KvStore.Node.Coordination;
using KvStore.Node.Registers;
using KvStore.Node.Storage;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Routing;

namespace KvStore.Node.FrontEnds.Http;

/// <summary><c>GET /kv?prefix=&amp;limit=&amp;cursor=</c>: the cluster's keys, page by page.</summary>
internal sealed class ListingEndpoint(Lazy<Member> member, RequestRules rules)
{
    public const int LimitMax = 1000;

    private const int LimitDefault = 100;

    public void Map(IEndpointRouteBuilder routes) => routes.MapGet(KvRouting.ListingPattern, ListAsync)
        .Describe(
            "List",
            ListAsync,
            new ApiOperation(ApiOperation.Keys, "Keys of the whole cluster in bytewise order", [ApiParameter.Prefix, ApiParameter.Limit, ApiParameter.Cursor, ApiParameter.Timeout]),
            400, 503, 504)
        .Answers(StatusCodes.Status200OK, typeof(KeyPage), ViewJson.ContentType);

    private async Task ListAsync(HttpContext context)
    {
        QueryParameters query = context.Features.GetRequiredFeature<KvTarget>().Query;
        query.TryFind("prefix", out byte[] prefix);
        long limit = LimitDefault;
        TimeSpan timeout = default;
        RequestFailure? failure = query.CheckNames("prefix", "limit", "cursor", "timeout")
            ?? query.ReadWhole("limit", 1, LimitMax, ref limit)
            ?? KvRequest.ReadTimeout(query, rules, out timeout);
        byte[] after = [];
        if (failure is null && query.TryFind("cursor", out byte[] text))
        {
            failure = ListingCursor.TryParse(text, out after)
                ? ListingCursor.Check(after, prefix)
                : RequestFailure.Malformed("The parameter cursor is not one that a listing gave.");
        }

        if (failure is null)
        {
            KeyListing listing = await member.Value.Coordinator.ListAsync(prefix, after, slots: null, (int)limit, timeout, context.RequestAborted);
            if (listing.Failure == OperationFailure.None)
            {
                await ViewJson.WriteAsync(context, PageOf(listing));
                return;
            }

            failure = OperationAnswer.FailureOf(listing.Failure, Consistency.Quorum);
        }

        await ProblemWriter.WriteAsync(context, failure);
    }

    private static KeyPage PageOf(KeyListing listing)
    {
        ReadOnlyMemory<byte> cursor = ListingCursor.After(listing);
        return new KeyPage([.. listing.Entries.Select(EntryOf)], cursor.IsEmpty ? null : ListingCursor.ToText(cursor.Span));
    }

    private static ListedKey EntryOf(StorePageEntry entry)
    {
        RegisterState state = entry.Record.State!;
        return new ListedKey(
            KeyText.Of(entry.Key.Span),
            KeyText.ExactOf(entry.Key.Span),
            state.Version.ToString(),
            entry.ValueLength,
            state.ExpiresAt == RegisterState.Never ? null : state.ExpiresAt);
    }
}
