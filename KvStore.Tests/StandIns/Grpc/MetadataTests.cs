using Grpc.Core;
using Xunit;

namespace KvStore.Tests.StandIns.Grpc;

public sealed class MetadataTests
{
    [Fact]
    public void Keys_are_lower_cased_and_found_in_any_case()
    {
        var metadata = new Metadata { { "Trace-Id", "1" }, { "other", "2" }, { "trace-id", "3" } };

        Assert.Equal("3", metadata.GetValue("TRACE-ID"));
        Assert.Equal(["1", "3"], metadata.GetAll("Trace-Id").Select(entry => entry.Value));
        Assert.Equal(["trace-id", "other", "trace-id"], metadata.Select(entry => entry.Key));
        Assert.Null(metadata.Get("absent"));
    }

    [Theory]
    [InlineData("a b")]
    [InlineData("ä")]
    [InlineData("a:b")]
    public void A_key_with_other_characters_is_refused(string key) =>
        Assert.Throws<ArgumentException>(() => new Metadata.Entry(key, "value"));

    [Fact]
    public void The_suffix_of_a_key_says_whether_its_value_is_binary()
    {
        Assert.Throws<ArgumentException>(() => new Metadata.Entry("key-bin", "text"));
        Assert.Throws<ArgumentException>(() => new Metadata.Entry("key", new byte[1]));
    }

    [Fact]
    public void A_binary_value_is_a_copy_and_has_no_text()
    {
        byte[] bytes = [1, 2];
        var entry = new Metadata.Entry("key-bin", bytes);

        bytes[0] = 9;
        entry.ValueBytes[1] = 9;

        Assert.True(entry.IsBinary);
        Assert.Equal([1, 2], entry.ValueBytes);
        Assert.Throws<InvalidOperationException>(() => entry.Value);
    }

    [Fact]
    public void A_text_value_has_ascii_bytes() => Assert.Equal("abc"u8.ToArray(), new Metadata.Entry("key", "abc").ValueBytes);

    [Fact]
    public void The_shared_empty_metadata_cannot_be_changed()
    {
        Assert.True(Metadata.Empty.IsReadOnly);
        Assert.Throws<InvalidOperationException>(() => Metadata.Empty.Add("key", "value"));
        Assert.Empty(Metadata.Empty);
    }
}
