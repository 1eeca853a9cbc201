using System.Buffers.Binary;
using KvStore.Node.Ring;
using KvStore.Node.Storage;
using KvStore.Node.Storage.Faster;
using KvStore.Node.Storage.Log;
using Xunit;
using static KvStore.Tests.Storage.StoreHarness;

namespace KvStore.Tests.Storage;

public sealed class StoreDirectoryTests : IDisposable
{
    private readonly TemporaryDirectory _temporary = new();

    private string Root => _temporary.At("data");

    [Fact]
    public async Task A_missing_directory_is_made_with_its_parents()
    {
        await OpenAndCloseAsync(Options(_temporary.At("a", "b", "c")));

        Assert.Equal(["superblock.1", "superblock.2"], Directory.GetFiles(_temporary.At("a", "b", "c", "store")).Select(Path.GetFileName).Order());
    }

    [Fact]
    public async Task The_directory_of_another_member_is_refused()
    {
        await OpenAndCloseAsync(Options(Root));
        MemberId other = new(Guid.Parse("33000000-0000-0000-0000-000000000000"));

        Assert.Equal(
            $"The data directory {Root} belongs to member {FasterStoreHarness.Member} of cluster {FasterStoreHarness.Cluster}, "
            + $"not to member {other} of cluster {FasterStoreHarness.Cluster}. "
            + "Point the member at its own data directory, or at an empty one to make it a new member.",
            Refusal(Options(Root) with { Member = other }));
    }

    [Fact]
    public async Task A_store_that_is_set_aside_leaves_the_directory_to_another_member_and_only_the_last_one_stays()
    {
        MemberId other = new(Guid.Parse("33000000-0000-0000-0000-000000000000"));
        foreach (MemberId member in new[] { FasterStoreHarness.Member, other })
        {
            await OpenAndCloseAsync(Options(Root) with { Member = member });
            Assert.Equal(member, StoreDirectory.OwnerOf(Root)?.Member);
            Assert.Equal(Path.Combine(Root, "removed"), StoreDirectory.SetAside(Root));
            Assert.Null(StoreDirectory.OwnerOf(Root));
            Assert.True(File.Exists(Path.Combine(Root, "removed", "superblock.1")));
            StoreDirectory.CheckUsable(Root);
        }

        Assert.Equal(["removed"], Directory.GetDirectories(Root).Select(Path.GetFileName));
    }

    [Fact]
    public async Task The_directory_of_another_cluster_is_refused()
    {
        await OpenAndCloseAsync(Options(Root));
        ClusterId other = new(Guid.Parse("33000000-0000-0000-0000-000000000000"));

        Assert.StartsWith(
            $"The data directory {Root} belongs to member {FasterStoreHarness.Member} of cluster {FasterStoreHarness.Cluster}, not to member",
            Refusal(Options(Root) with { Cluster = other }),
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task Another_format_is_refused()
    {
        await OpenAndCloseAsync(Options(Root));
        foreach (string copy in Copies())
        {
            byte[] bytes = Get(copy);
            BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(8), 1);
            BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(Superblock.Length - 4), Crc32C.Of(bytes.AsSpan(0, Superblock.Length - 4), 0));
            Put(copy, bytes);
        }

        Assert.Equal(
            $"The data directory {Path.Combine(Root, "store")} has format 1; this program reads format 2. "
            + "Run the version that wrote it, or give the member an empty data directory.",
            Refusal(Options(Root)));
    }

    [Fact]
    public void A_directory_with_other_files_is_refused_and_left_alone()
    {
        Directory.CreateDirectory(Root);
        File.WriteAllText(Path.Combine(Root, "thesis.tex"), "years of work");

        Assert.Equal(
            $"The directory {Root} is not empty and holds no KvStore data (it contains thesis.tex). "
            + "Point the member at an empty directory or at its own data directory.",
            Refusal(Options(Root)));
        Assert.Equal("years of work", File.ReadAllText(Path.Combine(Root, "thesis.tex")));
    }

    [Fact]
    public async Task A_directory_in_use_is_refused_naming_the_process()
    {
        await using (FasterStore store = FasterStore.Open(Options(Root)))
        {
            Assert.Equal(
                $"The data directory {Root} is in use by process {Environment.ProcessId}: a second process would destroy it. "
                + "Stop that process first, or give this member a data directory of its own.",
                Refusal(Options(Root)));
        }

        await OpenAndCloseAsync(Options(Root));
    }

    [Fact]
    public void A_directory_that_cannot_be_made_is_refused()
    {
        File.WriteAllText(_temporary.At("file"), "");

        string refusal = Refusal(Options(_temporary.At("file", "data")));

        Assert.StartsWith($"The data directory {_temporary.At("file", "data")} cannot be read and written: ", refusal, StringComparison.Ordinal);
        Assert.EndsWith("Check that the disk is sound and the directory belongs to the user running this program.", refusal, StringComparison.Ordinal);
    }

    /// <summary>Making a store ends with one rename; everything before it is thrown away.</summary>
    [Fact]
    public async Task A_crash_while_the_store_was_made_leaves_nothing_that_matters()
    {
        Directory.CreateDirectory(Path.Combine(Root, "store.new", "log"));
        Put(Path.Combine(Root, "lock"), []);
        Put(Path.Combine(Root, "store.new", "superblock.1"), "half of i"u8.ToArray());
        Put(Path.Combine(Root, "store.new", "log", "0000000001.log.new"), "half of i"u8.ToArray());

        await using FasterStore store = FasterStore.Open(Options(Root));

        Assert.Equal(1, store.Contents.BootCount);
        Assert.False(Directory.Exists(Path.Combine(Root, "store.new")));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public async Task One_damaged_or_missing_superblock_is_made_good_from_the_other(int damaged)
    {
        await WriteOneAsync();
        Put(Copies()[damaged], new byte[Superblock.Length]);
        Assert.Equal((2L, 1L), await BootAndLsnAsync());

        File.Delete(Copies()[damaged]);
        Assert.Equal((3L, 1L), await BootAndLsnAsync());

        Put(Copies()[1 - damaged], [1, 2, 3]);
        Assert.Equal((4L, 1L), await BootAndLsnAsync());

        Assert.Equal(Get(Copies()[0]), Get(Copies()[1]));
    }

    [Fact]
    public async Task The_superblock_of_the_higher_generation_stands()
    {
        await WriteOneAsync();
        byte[] older = Get(Copies()[0]);
        Assert.Equal((2L, 1L), await BootAndLsnAsync());
        Put(Copies()[0], older);

        Assert.Equal((3L, 1L), await BootAndLsnAsync());
    }

    [Fact]
    public async Task Two_damaged_superblocks_are_refused()
    {
        await WriteOneAsync();
        foreach (string copy in Copies())
        {
            byte[] bytes = Get(copy);
            bytes[100] ^= 1;
            Put(copy, bytes);
        }

        Assert.Equal(
            $"Both copies of the superblock ({Copies()[0]} and {Copies()[1]}) are missing or damaged, from offset 0. Without them "
            + "nobody knows what the log must hold. Give the member an empty data directory and let it join as a new member.",
            Refusal(Options(Root)));
    }

    [Theory]
    [InlineData("Lanes is 0, allowed are 1 to 256")]
    [InlineData("ValueBytesMax is 16777217, allowed are 1 to 16777216")]
    [InlineData("SegmentBytes is 70000, allowed are multiples of 512 from 65536 to 1073741824")]
    public void Options_out_of_range_are_refused(string why)
    {
        StoreOptions options = Options(Root);
        options = why[0] switch
        {
            'L' => options with { Lanes = 0 },
            'V' => options with { ValueBytesMax = (16 << 20) + 1 },
            _ => options with { SegmentBytes = 70_000 },
        };

        Assert.Equal($"The store's options are not usable: {why}.", Refusal(options));
        Assert.False(Directory.Exists(Root));
    }

    [Fact]
    public void Memory_too_small_for_the_largest_value_is_refused_and_the_amount_it_names_is_enough()
    {
        StoreOptions options = Options(Root) with { ValueBytesMax = 1 << 20, SegmentBytes = null };

        Assert.Equal(
            "MemoryBytesMax is 1000000, too little for values of 1048576 bytes: a page of the data log holds two of them and there are "
            + "at least 2 pages, which takes 11184812. Raise MemoryBytesMax or lower ValueBytesMax.",
            Refusal(options with { MemoryBytesMax = 1_000_000 }));
        Assert.Equal(new DataLogSize(128 << 10, 4 << 20, 8 << 20, 2 << 20), DataLogSize.Of(options with { MemoryBytesMax = 11_184_812 }));
        Assert.Equal(new DataLogSize(4 << 20, 4 << 20, 128 << 20, 64 << 20), DataLogSize.Of(options with { MemoryBytesMax = 256 << 20 }));
    }

    public void Dispose() => _temporary.Dispose();

    private static StoreOptions Options(string directory) => FasterStoreHarness.Options(directory);

    private static string Refusal(StoreOptions options) => Assert.Throws<StoreRefusal>(() => FasterStore.Open(options)).Message;

    private static async Task OpenAndCloseAsync(StoreOptions options) => await FasterStore.Open(options).DisposeAsync();

    private static void Put(string path, byte[] bytes) => File.WriteAllBytes(path, bytes);

    private static byte[] Get(string path) => File.ReadAllBytes(path);

    private string[] Copies() => [Path.Combine(Root, "store", "superblock.1"), Path.Combine(Root, "store", "superblock.2")];

    private async Task WriteOneAsync()
    {
        await using FasterStore store = FasterStore.Open(Options(Root));
        store.Start(new StoreEvents(_ => { }, _ => { }, (_, _, _) => { }));
        store.Append([StoreEntry.Of(KeyOf("a"), Value(1))]);
    }

    private async Task<(long Boot, long Lsn)> BootAndLsnAsync()
    {
        await using FasterStore store = FasterStore.Open(Options(Root));
        return (store.Contents.BootCount, store.Contents.DurableLsn);
    }
}
