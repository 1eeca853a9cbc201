using System.Text;
using Xunit;

namespace KvStore.Tests.Simulation;

public sealed class ModelDiskTests : IDisposable
{
    private readonly SimulatedScheduler _scheduler = new(new SeededRandom(1));
    private readonly SimulatedProcess _process;
    private readonly ModelDisk _disk;

    public ModelDiskTests()
    {
        _process = _scheduler.NewProcess("n1");
        _disk = new ModelDisk(_scheduler, new SeededRandom(3));
    }

    public void Dispose() => _scheduler.Dispose();

    [Fact]
    public void Writes_are_seen_at_once_and_kept_once_synced()
    {
        Append("log", "one");
        Append("log", "two");
        Assert.Equal(DiskOutcome.Done, _disk.Write("log", 8, "end"u8));
        Assert.Equal("onetwo\0\0end", Text("log"));
        Assert.Equal(DiskOutcome.Done, Sync("log"));
        _disk.LosePower();
        Assert.Equal("onetwo\0\0end", Text("log"));

        var few = new byte[4];
        Assert.Equal(DiskOutcome.Done, _disk.Read("log", 9, few, out var count));
        Assert.Equal("nd", Encoding.ASCII.GetString(few.AsSpan(0, count)));
    }

    [Fact]
    public void A_sync_takes_time_and_covers_what_was_written_before_it()
    {
        Append("log", "before");
        DiskOutcome? outcome = null;
        _disk.Sync("log", _process, ended => outcome = ended);
        Append("log", "after");
        Assert.Null(outcome);
        _scheduler.RunUntil(() => outcome is not null, TimeSpan.FromSeconds(1));
        Assert.True(_scheduler.Now >= DiskConditions.Calm.SyncMin);
        Assert.Equal("before", Encoding.ASCII.GetString(_disk.Copy().Files["log"]));
        Assert.Equal("beforeafter", Text("log"));
    }

    [Fact]
    public void A_killed_process_loses_nothing_and_hears_nothing()
    {
        Append("log", "written");
        _disk.Sync("log", _process, _ => Assert.Fail("heard of it"));
        _process.Kill();
        _scheduler.RunFor(TimeSpan.FromSeconds(1));
        Assert.Equal("written", Text("log"));
        Assert.Equal("written", Encoding.ASCII.GetString(_disk.Copy().Files["log"]));
    }

    [Fact]
    public void A_power_loss_keeps_what_was_synced_and_any_part_of_the_rest()
    {
        var lengths = new HashSet<int>();
        var holes = 0;
        var zeroTails = 0;
        for (ulong seed = 0; seed < 500; seed++)
        {
            var disk = new ModelDisk(_scheduler, new SeededRandom(seed));
            disk.Append("log", Sector('a'));
            disk.Sync("log", _process, _ => { });
            _scheduler.RunFor(TimeSpan.FromMilliseconds(50));
            foreach (var letter in "bcde")
            {
                disk.Append("log", Sector(letter));
            }

            disk.LosePower();
            var sectors = disk.ReadAll("log").Chunk(ModelFile.SectorSize).Select(sector => (char)sector[0]).ToArray();
            Assert.Equal('a', sectors[0]);
            for (var i = 1; i < sectors.Length; i++)
            {
                Assert.True(sectors[i] == "abcde"[i] || sectors[i] == '\0', $"seed {seed}: sector {i} is '{sectors[i]}'");
            }

            lengths.Add(sectors.Length);
            holes += sectors.AsSpan().TrimEnd('\0').Contains('\0') ? 1 : 0;
            zeroTails += sectors[^1] == '\0' ? 1 : 0;
        }

        Assert.True(lengths.Count == 5 && holes > 50 && zeroTails > 20, $"{lengths.Count} lengths, {holes} holes, {zeroTails} tails of zeros");
    }

    [Fact]
    public void A_sector_is_found_in_one_of_its_states_never_between_two()
    {
        var seen = new HashSet<string>();
        for (ulong seed = 0; seed < 200; seed++)
        {
            var disk = new ModelDisk(_scheduler, new SeededRandom(seed));
            disk.Append("page", "0000"u8);
            disk.Sync("page", _process, _ => { });
            _scheduler.RunFor(TimeSpan.FromMilliseconds(50));
            disk.Write("page", 0, "11"u8);
            disk.Write("page", 2, "22"u8);
            disk.LosePower();
            seen.Add(Encoding.ASCII.GetString(disk.ReadAll("page")));
        }

        Assert.Equal(["0000", "1100", "1122"], seen.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Names_change_at_once_for_programs_and_in_order_for_the_disk()
    {
        var seen = new HashSet<string>();
        for (ulong seed = 0; seed < 200; seed++)
        {
            var disk = new ModelDisk(_scheduler, new SeededRandom(seed));
            disk.Append("current", "old"u8);
            disk.Sync("current", _process, _ => { });
            _scheduler.RunFor(TimeSpan.FromMilliseconds(50));

            disk.Append("new", "new"u8);
            disk.Sync("new", _process, _ => { });
            _scheduler.RunFor(TimeSpan.FromMilliseconds(50));
            disk.Rename("new", "current");
            disk.Append("other", ""u8);
            disk.Delete("other");
            Assert.Equal(["current"], disk.Files);

            disk.LosePower();
            seen.Add(string.Join(' ', disk.Files.Select(file => $"{file}={Encoding.ASCII.GetString(disk.ReadAll(file))}")));
        }

        Assert.Equal(["current=new", "current=new other=", "current=old new=new"], seen.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void By_the_letter_of_POSIX_only_the_directory_keeps_a_name()
    {
        _disk.Conditions = DiskConditions.Calm with { FileSyncCoversNames = false };
        Append("log", "x");
        Sync("log");
        Assert.Empty(_disk.Copy().Files);

        DiskOutcome? outcome = null;
        _disk.SyncNames(_process, ended => outcome = ended);
        _scheduler.RunUntil(() => outcome is not null, TimeSpan.FromMinutes(1));
        Assert.Equal("x", Encoding.ASCII.GetString(_disk.Copy().Files["log"]));
    }

    [Fact]
    public void After_a_failed_sync_a_later_one_does_not_cover_what_it_left()
    {
        Append("log", "lost?");
        _disk.FailNext(DiskOperation.Sync, DiskOutcome.Failed);
        Assert.Equal(DiskOutcome.Failed, Sync("log"));
        Assert.Equal("lost?", Text("log"));
        Assert.Equal(DiskOutcome.Done, Sync("log"));
        Assert.Equal("", Encoding.ASCII.GetString(_disk.Copy().Files["log"]));
    }

    [Fact]
    public void A_full_disk_takes_nothing_and_errors_are_answered_as_planned()
    {
        _disk.Conditions = DiskConditions.Calm with { Capacity = 10 };
        Append("a", "123456");
        Assert.Equal(DiskOutcome.NoSpace, _disk.Append("b", "12345"u8));
        Assert.False(_disk.Exists("b"));
        Assert.Equal(DiskOutcome.Done, _disk.Write("a", 0, "654321"u8)); // does not grow

        _disk.FailNext(DiskOperation.Write, DiskOutcome.Failed);
        _disk.FailNext(DiskOperation.Read, DiskOutcome.Failed);
        Assert.Equal(DiskOutcome.Failed, _disk.Append("a", "7"u8));
        Assert.Equal(DiskOutcome.Failed, _disk.Read("a", 0, new byte[1], out _));
        Assert.Equal("654321", Text("a"));
        Assert.Equal(3, _disk.Counts.Failures);
    }

    [Fact]
    public void Failures_come_at_their_rate_and_a_slow_disk_takes_its_time()
    {
        _disk.Conditions = DiskConditions.Calm with { FailureRate = 0.1, Slowness = 100 };
        var failed = Enumerable.Range(0, 1000).Count(_ => _disk.Append("log", "x"u8) == DiskOutcome.Failed);
        Assert.InRange(failed, 60, 140);
        Sync("log");
        Assert.True(_scheduler.Now >= 100 * DiskConditions.Calm.SyncMin, $"{_scheduler.Now}");
    }

    [Fact]
    public void A_flipped_bit_is_one_bit_now_and_after_a_restart()
    {
        Append("log", "abcdefgh");
        Sync("log");
        var bit = _disk.FlipBit("log");
        var expected = "abcdefgh"u8.ToArray();
        expected[bit / 8] ^= (byte)(1 << (int)(bit % 8));
        Assert.Equal(expected, _disk.ReadAll("log"));
        _disk.LosePower();
        Assert.Equal(expected, _disk.ReadAll("log"));
    }

    [Fact]
    public void A_disk_can_be_lost_or_put_back_to_an_older_copy()
    {
        Append("log", "one");
        Sync("log");
        var copy = _disk.Copy();
        Append("log", "two");
        Sync("log");
        Assert.Equal("onetwo", Text("log"));

        _disk.Restore(copy);
        Append("log", "!");
        Assert.Equal("one!", Text("log"));
        Assert.Equal("one", Encoding.ASCII.GetString(copy.Files["log"]));

        _disk.Wipe();
        Assert.Empty(_disk.Files);
        Assert.Throws<FileNotFoundException>(() => _disk.ReadAll("log"));
    }

    [Fact]
    public void A_sync_on_the_way_never_ends_when_the_power_goes()
    {
        Append("log", "x");
        _disk.Sync("log", _process, _ => Assert.Fail("ended"));
        _disk.LosePower();
        _scheduler.RunFor(TimeSpan.FromSeconds(1));
        Assert.Equal((1, 0), (_disk.Counts.PowerLosses, _disk.Counts.Syncs));
    }

    private static byte[] Sector(char letter) => [.. Enumerable.Repeat((byte)letter, ModelFile.SectorSize)];

    private void Append(string name, string text) => Assert.Equal(DiskOutcome.Done, _disk.Append(name, Encoding.ASCII.GetBytes(text)));

    private string Text(string name) => Encoding.ASCII.GetString(_disk.ReadAll(name));

    private DiskOutcome Sync(string name)
    {
        DiskOutcome? outcome = null;
        _disk.Sync(name, _process, ended => outcome = ended);
        Assert.True(_scheduler.RunUntil(() => outcome is not null, _scheduler.Now + TimeSpan.FromMinutes(1)));
        return outcome!.Value;
    }
}
