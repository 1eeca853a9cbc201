using System.Runtime.InteropServices;
using KvStore.Node.Storage;
using KvStore.Node.Storage.Faster;
using Xunit;

namespace KvStore.Tests.Storage;

/// <summary>What FASTER may ask of the files at one and the same time.</summary>
public sealed class DataLogDeviceTests : IDisposable
{
    private const int PageLength = 8 * DataSegment.BlockLength;
    private const int Rounds = 3_000;

    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(60);

    private readonly TemporaryDirectory _temporary = new(inMemory: true);
    private readonly FailStop _failStop = new();
    private readonly byte[] _page = GC.AllocateArray<byte>(PageLength, pinned: true);
    private readonly byte[] _read = GC.AllocateArray<byte>(PageLength, pinned: true);
    private readonly SemaphoreSlim _done = new(0);

    /// <summary>
    /// After a checkpoint in the middle of a page, memory may begin there: scans read that page from the files while its second
    /// half, and the block that both halves share, are written.
    /// </summary>
    [Fact]
    public void A_page_is_read_while_its_blocks_are_written()
    {
        using DataLogDevice device = Open(new FailingDisk());
        for (int round = 0; round < Rounds; round++)
        {
            WriteAndRead(device, round);
        }
    }

    /// <summary>The checksums are then those of blocks that the file did not take and that the device is about to keep.</summary>
    [Fact]
    public void A_page_is_read_while_the_disk_has_no_room_for_it()
    {
        FailingDisk disk = new();
        using ManualResetEventSlim isReading = new();
        using DataLogDevice device = Open(disk);
        WriteAndRead(device, 1);
        disk.Fill(operation =>
        {
            if (operation.Kind == DiskOperationKind.Read)
            {
                isReading.Set();
            }

            return operation.Kind == DiskOperationKind.Write && isReading.Wait(Deadline);
        });
        WriteAndRead(device, 2);
        Assert.True(disk.Failed > 0 && device.HasUnwritten, "The disk had room.");
    }

    /// <summary>FASTER's sectors are smaller than the blocks that have checksums.</summary>
    [Fact]
    public void A_part_of_a_block_is_written_with_what_is_around_it_in_the_page_and_read_alone()
    {
        using DataLogDevice device = Open(new FailingDisk());
        const int Start = DataSegment.BlockLength + DataLogDevice.SectorLength;
        const int Length = DataSegment.BlockLength;
        for (int i = 0; i < PageLength; i++)
        {
            _page[i] = (byte)(i * 31 / 7);
        }

        device.WriteAsync(Marshal.UnsafeAddrOfPinnedArrayElement(_page, Start), 0, Start, Length, (_, _, _) => _done.Release(), this);
        Assert.True(_done.Wait(Deadline), $"Waited {Deadline} for a write.");
        device.ReadAsync(0, Start, Marshal.UnsafeAddrOfPinnedArrayElement(_read, 0), Length, (_, _, _) => _done.Release(), this);
        Assert.True(_done.Wait(Deadline), $"Waited {Deadline} for a read.");
        Assert.Equal(_page[Start..(Start + Length)], _read[..Length]);
        Assert.All(_read[Length..], unread => Assert.Equal(0, unread));

        byte[] blocks = new byte[3 * DataSegment.BlockLength];
        device.ReadInTurn(blocks, DataSegment.BlockLength);
        Assert.Equal(_page[DataSegment.BlockLength..(3 * DataSegment.BlockLength)], blocks[..(2 * DataSegment.BlockLength)]);
        Assert.All(blocks[(2 * DataSegment.BlockLength)..], unwritten => Assert.Equal(0, unwritten));
        Assert.False(device.HasFailedRead);
    }

    public void Dispose()
    {
        _done.Dispose();
        _temporary.Dispose();
    }

    private DataLogDevice Open(FailingDisk disk)
    {
        DiskDirectory directory = new(_temporary.At("data"), disk);
        directory.Create();
        return new DataLogDevice(new DataLogFiles(directory, 2 * PageLength), _failStop, () => { });
    }

    /// <summary>Both at once: what is read may be the old or the new.</summary>
    private void WriteAndRead(DataLogDevice device, int round)
    {
        Array.Fill(_page, (byte)round);
        device.WriteAsync(Marshal.UnsafeAddrOfPinnedArrayElement(_page, 0), 0, 0, PageLength, (_, _, _) => _done.Release(), this);
        device.ReadAsync(0, 0, Marshal.UnsafeAddrOfPinnedArrayElement(_read, 0), PageLength, (_, _, _) => _done.Release(), this);
        Assert.True(_done.Wait(Deadline) && _done.Wait(Deadline), $"Waited {Deadline} for a write and a read.");
        Assert.Equal((round, null, false), (round, _failStop.First?.Message, device.HasFailedRead));
    }
}
