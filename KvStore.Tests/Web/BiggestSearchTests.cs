using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using KvStore.Client;
using KvStore.Web.Keys;
using KvStore.Web.Slots;
using Xunit;

namespace KvStore.Tests.Web;

public sealed class BiggestSearchTests
{
    [Fact]
    public void Big_values_among_many_small_ones_are_found_for_certain_in_few_pages()
    {
        KvEntry[] all = [.. Keys(50_000, i => 10 + (i % 20)), .. Keys(30, i => 5_000 + (i * 1_000), "big")];

        BiggestSearch search = Run(all, SizesOf(all));

        Assert.Equal(Biggest(all), search.Found);
        Assert.True(search is { IsExact: true, Pages: 1, Certain: BiggestSearch.FoundMax }, $"{search.Pages} pages, {search.Certain} certain");
        Assert.InRange(search.Listed, BiggestSearch.FoundMax, BiggestSearch.PageLength);
        Assert.EndsWith("of 50,030 keys were looked at, those of the fullest slots, and no other can be bigger.", search.Words(isRunning: false), StringComparison.Ordinal);
    }

    [Fact]
    public void Values_much_alike_end_the_search_at_its_limit_and_it_says_what_is_certain()
    {
        KvEntry[] all = [.. Keys(100_000, i => 90 + (i % 21)), .. Keys(2, i => 100_000 + i, "big")];

        BiggestSearch search = Run(all, SizesOf(all));

        Assert.Equal((BiggestSearch.PagesMax, false, 2), (search.Pages, search.IsExact, search.Certain));
        Assert.Equal(["big:1", "big:0"], search.Found.Take(2).Select(entry => entry.Key.ToString()));
        Assert.All(all.Except(search.Found), entry => Assert.True(entry.ValueLength <= search.OtherMax));
        Assert.InRange(search.OtherMax, 1, 4_000);
        Assert.Contains("The first 2 are the biggest for certain; no other value is bigger than", search.Words(isRunning: false), StringComparison.Ordinal);
    }

    [Fact]
    public void Few_keys_are_all_looked_at()
    {
        KvEntry[] all = [.. Keys(BiggestSearch.FoundMax - 1, i => i)];

        BiggestSearch search = Run(all, SizesOf(all));

        Assert.Equal(Biggest(all), search.Found);
        Assert.Equal("All 11 keys were looked at.", search.Words(isRunning: false));
        Assert.Equal("There are no keys.", BiggestSearch.Of(MapOf([], [])).Words(isRunning: false));
    }

    [Fact]
    public void A_slot_with_more_keys_than_a_page_is_listed_page_by_page_and_settled_by_its_end_only()
    {
        KvEntry[] all = [.. Keys(2_500, i => 10_000 - i, "{one}")];
        BiggestSearch search = BiggestSearch.Of(MapOf(all, SizesOf(all)));

        Assert.Equal([(all[0].Key.Slot, all[0].Key.Slot)], search.Spans);
        search = search.After(PageOf(all, search));
        Assert.Equal((1_000L, false), (search.Listed, search.IsOver));
        Assert.EndsWith("so far …", search.Words(isRunning: true), StringComparison.Ordinal);
        search = search.After(PageOf(all, search));
        search = search.After(PageOf(all, search));
        Assert.Equal((2_500L, true, true), (search.Listed, search.IsOver, search.IsExact));
        Assert.Equal(Biggest(all), search.Found);
    }

    [Fact]
    public void No_more_spans_are_asked_for_than_members_take_and_neighbours_are_one()
    {
        KvEntry[] all = [.. Keys(40_000, _ => 10)];
        BiggestSearch even = BiggestSearch.Of(MapOf(all, Enumerable.Repeat(1000.0, SlotSquare.Count).ToArray()));

        Assert.Equal(0, Assert.Single(even.Spans).First);
        Assert.InRange(BiggestSearch.Of(MapOf(all, SizesOf(all))).Spans.Length, 2, BiggestSearch.SpansMax);
    }

    private static BiggestSearch Run(KvEntry[] all, double[] sizes)
    {
        BiggestSearch search = BiggestSearch.Of(MapOf(all, sizes));
        while (!search.IsOver)
        {
            search = search.After(PageOf(all, search));
        }

        return search;
    }

    /// <summary>As the members would list it.</summary>
    private static KeyPage PageOf(KvEntry[] all, BiggestSearch search)
    {
        ImmutableArray<(int First, int Last)> spans = search.Spans;
        string after = Encoding.UTF8.GetString(search.Cursor.Span);
        KvEntry[] left =
        [
            .. all.Where(entry => spans.Any(span => span.First <= entry.Key.Slot && entry.Key.Slot <= span.Last))
                .Where(entry => string.CompareOrdinal(entry.Key.ToString(), after) > 0)
                .OrderBy(entry => entry.Key.ToString(), StringComparer.Ordinal),
        ];
        KvEntry[] page = [.. left.Take(BiggestSearch.PageLength)];
        return new KeyPage(page, left.Length > page.Length ? Encoding.UTF8.GetBytes(page[^1].Key.ToString()) : default, Failure: null);
    }

    private static IEnumerable<KvEntry> Biggest(IEnumerable<KvEntry> all) => all.OrderByDescending(entry => entry.ValueLength).Take(BiggestSearch.FoundMax);

    private static IEnumerable<KvEntry> Keys(int count, Func<int, int> size, string name = "key") => Enumerable.Range(0, count)
        .Select(i => new KvEntry(string.Create(CultureInfo.InvariantCulture, $"{name}:{i}"), "1-1-1-1", size(i), ExpiresAt: null));

    private static double[] SizesOf(IEnumerable<KvEntry> all)
    {
        double[] sizes = new double[SlotSquare.Count];
        foreach (KvEntry entry in all)
        {
            sizes[entry.Key.Slot] += entry.ValueLength + entry.Key.ToString().Length;
        }

        return sizes;
    }

    private static SlotMap MapOf(IEnumerable<KvEntry> all, double[] sizes)
    {
        double[] keys = new double[SlotSquare.Count];
        foreach (KvEntry entry in all)
        {
            keys[entry.Key.Slot]++;
        }

        ImmutableArray<double> none = [.. new double[SlotSquare.Count]];
        return new SlotMap([.. keys], sizes.Length == 0 ? none : [.. sizes], none, none, [], [], []);
    }
}
