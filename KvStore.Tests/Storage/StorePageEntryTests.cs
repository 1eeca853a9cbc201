using KvStore.Node.Registers;
using KvStore.Node.Storage;
using static KvStore.Tests.Storage.StoreHarness;

namespace KvStore.Tests.Storage;

public sealed class StorePageEntryTests
{
    /// <summary>A page of ten thousand entries would otherwise hold ten thousand values, whatever their length.</summary>
    [Fact]
    public void An_entry_without_its_value_keeps_nothing_of_the_memory_that_the_record_was_read_from()
    {
        RegisterRecord written = Value(1, 1000);
        byte[] bytes = new byte[RegisterCodec.LengthOf(written)];
        RegisterCodec.Write(written, bytes);
        Assert.True(RegisterCodec.TryRead(bytes, out RegisterRecord record));

        StorePageEntry entry = StorePageEntry.Of(KeyOf(1), record, withValue: false);
        bytes.AsSpan().Clear();

        Assert.Equal((0, 1000), (entry.Record.State!.Value.Length, entry.ValueLength));
        Assert.Equal(written.State!.Vector.ToArray(), entry.Record.State.Vector.ToArray());
        Assert.NotEqual(written.State.Vector.ToArray(), record.State!.Vector.ToArray());
    }
}
