namespace KvStore.Tests.Storage;

public sealed class FasterStoreTests : StoreConformance
{
    private protected override StoreHarness OpenStore(bool readsFromDisk = false) => new FasterStoreHarness();

    private protected override StoreHarness OpenStoreForLargeValues() => new FasterStoreHarness(options => options with
    {
        MemoryBytesMax = 16 << 20,
        ValueBytesMax = 1 << 20,
        SegmentBytes = null,
    });
}
