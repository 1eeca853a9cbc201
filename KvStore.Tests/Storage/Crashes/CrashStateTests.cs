using KvStore.Node.Storage;
using Xunit;

namespace KvStore.Tests.Storage.Crashes;

/// <summary>Every step's states are opened by the command <c>storage</c>; here some, and the checks that the checks can fail.</summary>
public sealed class CrashStateTests : IDisposable
{
    private const int Stride = 29;

    private readonly TemporaryDirectory _temporary = new(inMemory: true);

    [Fact]
    public void A_store_opens_after_a_crash_anywhere_with_all_that_was_promised()
    {
        IReadOnlyList<RecordedLife> lives = RecordedRun.Execute(_temporary.At("run"), operations: 400, lives: 3, seed: 1);

        CrashReport report = CrashEnumeration.Run(_temporary.At("states"), lives, Stride);

        Assert.Empty(report.Failures);
        Assert.InRange(report.States, 20, int.MaxValue);
        Assert.InRange(report.Tails, 1, report.States);
        Assert.InRange(report.Checkpoints, 1, report.Steps);
        Assert.InRange(report.Removed, 20, int.MaxValue);
    }

    /// <summary>The recorded steps are all that was done: played back they give the directory that is there.</summary>
    [Fact]
    public void What_was_recorded_is_what_is_on_disk()
    {
        IReadOnlyList<RecordedLife> lives = RecordedRun.Execute(_temporary.At("run"), operations: 200, lives: 2, seed: 2);
        RecordedLife last = lives[^1];

        DirectoryImage played = new CrashModel(last.Before, last.Disk.Steps).ImageAfter(last.Disk.Steps.Count, new HashSet<DiskChange>());

        DirectoryImage onDisk = DirectoryImage.Read(_temporary.At("run"));
        Assert.Equal(onDisk.Files.Keys, played.Files.Keys);
        foreach ((string path, byte[] bytes) in onDisk.Files)
        {
            Assert.True(bytes.AsSpan().SequenceEqual(played.Files[path]), path);
        }
    }

    /// <summary>A disk that says it synced and did not is no crash: the enumeration must notice that promises were broken.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Syncs_that_did_nothing_are_found(bool ofFiles)
    {
        DiskOperationKind lying = ofFiles ? DiskOperationKind.SyncFile : DiskOperationKind.SyncDirectory;
        IReadOnlyList<RecordedLife> lives = RecordedRun.Execute(_temporary.At("run"), operations: 60, lives: 1, seed: 3);
        RecordedLife life = lives[0];
        int failures = 0;
        DiskStep[] steps = [.. life.Disk.Steps.Where(step => step.Kind != lying)];
        CrashModel model = new(life.Before, steps);
        foreach (CrashState state in CrashStates.After(model, steps.Length).Where(state => state.Name.Contains("nothing unsynced", StringComparison.Ordinal)))
        {
            long promised = life.Disk.PromisedBefore(int.MaxValue);
            failures += StoreCheck.After(state.Image, _temporary.At("state"), life.Truth, promised, goOn: false, out _) is null ? 0 : 1;
        }

        Assert.NotEqual(0, failures);
    }

    [Fact]
    public void An_unsynced_change_may_be_lost_and_a_synced_one_may_not()
    {
        RecordedDisk disk = new(_temporary.At("d"));
        DiskDirectory directory = new(_temporary.At("d"), disk);
        directory.Create();
        using (DiskFile file = directory.CreateFile("a"))
        {
            directory.Sync();
            file.Write(new byte[2000], 0);
            file.Sync();
            file.Write([1, 2], 1000);
        }

        directory.RenameFile("a", "b");
        CrashModel model = new(new DirectoryImage(), disk.Steps);

        string[] states = [.. CrashStates.After(model, disk.Steps.Count).Select(state => Described(state.Image)).Distinct().Order()];

        Assert.Equal(["a 0", "a 1", "b 0", "b 1"], states);

        static string Described(DirectoryImage image) => string.Join(' ', image.Files.Select(file => $"{file.Key} {file.Value[1000]}"));
    }

    public void Dispose() => _temporary.Dispose();
}
