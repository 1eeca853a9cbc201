using System.Text;
using FsCheck;
using FsCheck.Fluent;
using KvStore.Node.Ring;
using Xunit;

namespace KvStore.Tests.Ring;

public sealed class SlotsTests
{
    [Theory]
    [InlineData("", 0)]
    [InlineData("123456789", 0x31C3)]
    [InlineData("foo", 44950)]
    public void Crc16_agrees_with_the_published_vectors(string text, int crc) =>
        Assert.Equal(crc, Slots.Crc16(Encoding.UTF8.GetBytes(text)));

    [Theory]
    [InlineData("foo", 12182)]
    [InlineData("bar", 5061)]
    [InlineData("hello", 866)]
    [InlineData("123456789", 12739)]
    [InlineData("foo{bar}", 5061)] // a tag
    [InlineData("{bar}foo{foo}", 5061)] // the first of two
    [InlineData("foo{bar}}zap", 5061)] // ends at the first brace
    public void A_key_has_the_slot_that_Redis_Cluster_gives_it(string key, int slot) =>
        Assert.Equal(new Slot(slot), SlotOf(key));

    [Fact]
    public void Keys_with_one_tag_share_a_slot()
    {
        Assert.Equal(SlotOf("{user1000}.following"), SlotOf("{user1000}.followers"));
        Assert.Equal(SlotOf("user1000"), SlotOf("{user1000}.followers"));
    }

    [Fact]
    public void The_tag_of_a_nested_brace_begins_at_the_first_one() => Assert.Equal(SlotOf("{bar"), SlotOf("foo{{bar}}zap"));

    [Theory]
    [InlineData("foo{}{bar}")] // empty: the whole key counts, not the second tag
    [InlineData("foo{bar")]
    [InlineData("foo}bar{")]
    [InlineData("{}")]
    public void A_key_without_a_whole_tag_is_hashed_whole(string key) =>
        Assert.Equal(Slots.Crc16(Encoding.UTF8.GetBytes(key)) % Slot.Count, SlotOf(key).Number);

    [Fact]
    public void Every_key_has_the_slot_of_the_plain_definition()
    {
        var withTag = 0;
        var withEmptyTag = 0;
        var withBraceOnly = 0;
        var lengths = new HashSet<int>();

        // Few letters, so that braces are frequent and stand in every order.
        var keys = Gen.Elements((byte)'{', (byte)'}', (byte)'a', (byte)0, (byte)255).ListOf().Select(bytes => bytes.ToArray());
        Prop.ForAll(keys.ToArbitrary(), key =>
        {
            var tag = PlainTag(key);
            withTag += tag is { Length: > 0 } ? 1 : 0;
            withEmptyTag += tag is { Length: 0 } ? 1 : 0;
            withBraceOnly += tag is null && key.Contains((byte)'{') ? 1 : 0;
            lengths.Add(key.Length);
            return Slots.Of(key).Number == PlainCrc16(tag is { Length: > 0 } ? tag : key) % 16384;
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(2000));

        Assert.True(withTag > 200 && withEmptyTag > 50 && withBraceOnly > 50 && lengths.Count > 20, "the generator met too little");
    }

    [Fact]
    public void Slots_out_of_range_are_refused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new Slot(Slot.Count));
        Assert.Throws<ArgumentOutOfRangeException>(() => new Slot(-1));
    }

    [Fact]
    public void Ordinary_keys_spread_over_the_slots()
    {
        var counts = new int[Slot.Count];
        for (var i = 0; i < 20 * Slot.Count; i++)
        {
            counts[SlotOf($"user:{i}").Number]++;
        }

        Assert.True(counts.Min() > 0 && counts.Max() < 60, $"{counts.Min()} to {counts.Max()} keys a slot, 20 expected");
    }

    private static Slot SlotOf(string key) => Slots.Of(Encoding.UTF8.GetBytes(key));

    // Null: no tag; empty: a tag that does not count.
    private static byte[]? PlainTag(byte[] key)
    {
        for (var open = 0; open < key.Length; open++)
        {
            if (key[open] != '{')
            {
                continue;
            }

            for (var close = open + 1; close < key.Length; close++)
            {
                if (key[close] == '}')
                {
                    return key[(open + 1)..close];
                }
            }

            return null;
        }

        return null;
    }

    private static int PlainCrc16(byte[] bytes)
    {
        var crc = 0;
        foreach (var b in bytes)
        {
            for (var bit = 7; bit >= 0; bit--)
            {
                var carry = ((crc >> 15) ^ (b >> bit)) & 1;
                crc = ((crc << 1) & 0xFFFF) ^ (carry * 0x1021);
            }
        }

        return crc;
    }
}
