using KvStore.Node.Storage;
using KvStore.Node.Storage.Faster;
using Xunit;

namespace KvStore.Tests.Storage;

public sealed class CacheEvidenceTests : IDisposable
{
    private readonly TemporaryDirectory _temporary = new();

    private string Root => _temporary.At("data");

    private string Evidence => Path.Combine(Root, "store", "evidence");

    public static bool IsLinux => OperatingSystem.IsLinux();

    [Fact]
    public async Task A_new_directory_proves_nothing() => Assert.False(await OpenAsync(vouch: false));

    [Fact(SkipUnless = nameof(IsLinux), Skip = "Only Linux gives evidence.")]
    public async Task What_was_vouched_for_and_left_alone_is_proven_whole()
    {
        await OpenAsync(vouch: true);
        Assert.True(await OpenAsync(vouch: false));
        Assert.True(await OpenAsync(vouch: false), "what was proven stays so");
    }

    [Fact]
    public async Task What_was_in_doubt_stays_in_doubt()
    {
        await OpenAsync(vouch: false);
        Assert.False(await OpenAsync(vouch: false));
    }

    [Fact]
    public async Task A_copy_of_the_directory_is_not()
    {
        await OpenAsync(vouch: true);
        Directory.Move(Root, _temporary.At("moved"));
        TemporaryDirectory.Copy(_temporary.At("moved"), Root);
        Assert.False(await OpenAsync(vouch: false));
    }

    [Fact]
    public async Task An_older_copy_written_into_the_same_files_is_not()
    {
        await OpenAsync(vouch: true);
        TemporaryDirectory.Copy(Root, _temporary.At("older"));
        Assert.Equal(IsLinux, await OpenAsync(vouch: true));
        foreach (string file in Directory.GetFiles(_temporary.At("older"), "*", SearchOption.AllDirectories))
        {
            // In place, as rsync --inplace or cp onto what is there would: the same inodes.
            byte[] bytes = File.ReadAllBytes(file);
            using FileStream into = new(Path.Combine(Root, Path.GetRelativePath(_temporary.At("older"), file)), FileMode.Open);
            into.SetLength(bytes.Length);
            into.Write(bytes);
        }

        Assert.False(await OpenAsync(vouch: false));
    }

    [Fact]
    public async Task After_another_start_of_the_system_it_is_not()
    {
        await OpenAsync(vouch: true);
        if (IsLinux)
        {
            string text = File.ReadAllText(Evidence);
            File.WriteAllText(Evidence, text.Replace(File.ReadAllText("/proc/sys/kernel/random/boot_id").Trim(), Guid.Empty.ToString(), StringComparison.Ordinal));
        }

        Assert.False(await OpenAsync(vouch: false));
    }

    public void Dispose() => _temporary.Dispose();

    /// <returns>Whether it proved itself whole.</returns>
    private async Task<bool> OpenAsync(bool vouch)
    {
        await using FasterStore store = FasterStore.Open(FasterStoreHarness.Options(Root));
        store.Start(new StoreEvents(_ => { }, failure => Assert.Fail(failure.Message), (_, _, _) => { }));
        if (vouch)
        {
            store.Vouch();
        }

        return store.Contents.IsProvenWhole;
    }
}
