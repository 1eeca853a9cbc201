using System.Net;
using System.Text.Json;
using Xunit;

namespace KvStore.Tests.FrontEnds.Http;

public sealed class ListingEndpointTests(SharedNode shared) : IClassFixture<SharedNode>
{
    [Fact]
    public async Task Pages_follow_each_other_by_cursor_in_bytewise_order()
    {
        string[] keys = [.. Enumerable.Range(0, 25).Select(number => $"page/{number:d2}")];
        foreach (string key in keys.Reverse())
        {
            await PutAsync($"/kv?key={key}");
        }

        await PutAsync("/kv/pagf");
        (await shared.Node.SendAsync(HttpMethod.Delete, "/kv?key=page/07")).Dispose();

        List<string> listed = [];
        List<int> sizes = [];
        string? cursor = null;
        do
        {
            JsonElement page = await PageAsync($"/kv?prefix=page/&limit=10{(cursor is null ? "" : $"&cursor={cursor}")}");
            string[] found = [.. page.GetProperty("keys").EnumerateArray().Select(key => key.GetProperty("key").GetString()!)];
            listed.AddRange(found);
            sizes.Add(found.Length);
            cursor = page.TryGetProperty("cursor", out JsonElement next) ? next.GetString() : null;
        }
        while (cursor is not null);

        Assert.Equal(keys.Except(["page/07"]), listed);
        Assert.All(sizes, size => Assert.InRange(size, 1, 10));
    }

    [Fact]
    public async Task A_key_that_is_not_text_is_given_exactly_in_base64()
    {
        string version = await PutAsync("/kv/raw%FF");
        string page = (await PageAsync("/kv?prefix=raw%FF")).ToString();

        Assert.Equal($$"""{"keys":[{"key":"raw{{'\uFFFD'}}","keyBase64":"cmF3/w==","version":{{version}},"valueLength":5}]}""", page);
    }

    [Fact]
    public async Task Nothing_found_is_an_empty_page() =>
        Assert.Equal("""{"keys":[]}""", (await PageAsync("/kv?prefix=nothing")).ToString());

    [Theory]
    [InlineData("/kv?limit=0", "malformed")]
    [InlineData("/kv?limit=1001", "malformed")]
    [InlineData("/kv?cursor=*", "malformed")]
    [InlineData("/kv?prefix=b&cursor=YWE", "malformed")]
    [InlineData("/kv?perfix=b", "malformed")]
    public async Task A_malformed_listing_is_a_400(string target, string type)
    {
        using HttpResponseMessage answer = await shared.Node.SendAsync(HttpMethod.Get, target);

        Assert.Equal(new HttpAnswer(HttpStatusCode.BadRequest, type, null), await HttpAnswer.ReadAsync(answer));
    }

    /// <returns>The version as an entity tag, quotes and all.</returns>
    private async Task<string> PutAsync(string target)
    {
        using HttpResponseMessage answer = await shared.Node.SendAsync(HttpMethod.Put, target, "value"u8.ToArray());
        Assert.Equal(HttpStatusCode.NoContent, answer.StatusCode);
        return answer.Headers.ETag!.Tag;
    }

    private async Task<JsonElement> PageAsync(string target)
    {
        using HttpResponseMessage answer = await shared.Node.SendAsync(HttpMethod.Get, target);
        Assert.Equal(new HttpAnswer(HttpStatusCode.OK, null, null), await HttpAnswer.ReadAsync(answer));
        return JsonDocument.Parse(await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)).RootElement;
    }
}
