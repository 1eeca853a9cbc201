using KvStore.Node.Ring;
using KvStore.Node.Storage;
using KvStore.Node.Storage.Faster;
using KvStore.Tests.Storage.Crashes;

namespace KvStore.Tests.Storage.Damages;

/// <summary>The directory of another member of the same cluster.</summary>
internal static class ForeignImage
{
    public static DirectoryImage Of(string root)
    {
        StoreOptions options = FasterStoreHarness.Options(root) with { Member = new MemberId(Guid.Parse("99000000-0000-0000-0000-000000000000")) };
        FasterStore store = FasterStore.Open(options);
        store.Start(new StoreEvents(_ => { }, _ => { }, (_, _, _) => { }));
        store.Append([StoreEntry.Of(StoreHarness.KeyOf(1), StoreHarness.Value(1))]);
        store.DisposeAsync().AsTask().GetAwaiter().GetResult();
        return DirectoryImage.Read(root);
    }
}
