using System.Globalization;
using KvStore.Tests.Storage.Crashes;
using KvStore.Tests.Storage.Damages;

namespace KvStore.Tests.Storage;

/// <summary>
/// <c>storage [--share N] [--seed S] [--runs R]</c>: every crash of a recorded run and every damage of the matrix, as a table; of those
/// that are too many for every change, one of N. R runs are recorded one after the other, of seed S and those that follow it, until
/// a crash did not open with all that was promised or a damage was silent: it ends with 1 then.
/// </summary>
internal static class StorageCommand
{
    public const string Name = "storage";

    private const int Operations = 1200;
    private const int Lives = 6;
    private const int ScribblesOfLog = 50_000;
    private const int ScribblesOfFiles = 4_000;
    private const int Moments = 60;
    private const int CopyOrders = 6;

    private const int FailuresShownMax = 20;

    /// <summary>A manifest is long, and one checksum is over all of it.</summary>
    private const int ManifestStride = 37;

    public static int Run(ReadOnlySpan<string> args, TextWriter output, TextWriter errors)
    {
        int share = 1;
        int seed = 1;
        int runs = 1;
        for (int i = 0; i < args.Length; i++)
        {
            string value = i + 1 < args.Length ? args[i + 1] : "";
            switch (args[i++])
            {
                case "--share" when int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out share) && share is > 0 and <= 1000:
                case "--seed" when int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out seed):
                case "--runs" when int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out runs) && runs is > 0 and <= 10_000:
                    break;
                default:
                    errors.WriteLine("storage [--share N] [--seed S] [--runs R]");
                    return 2;
            }
        }

        return Enumerable.Range(0, runs).All(run => IsSound(seed + run, share, ofLog: run == 0, output)) ? 0 : 1;
    }

    /// <param name="share">One of so many cases, where they are counted in thousands.</param>
    /// <param name="ofLog">Whether also those of one log, which is the same in every run.</param>
    public static DamageTable MatrixOf(TemporaryDirectory temporary, IReadOnlyList<RecordedLife> lives, int share, bool ofLog = true)
    {
        DamageTable table = new();
        if (ofLog)
        {
            LogDamages.FlipBits(table, StrideOf(share));
            LogDamages.Truncate(table, StrideOf(share));
            LogDamages.Scribble(table, ScribblesOfLog / share);
        }

        RecordedLife stopped = lives[^2];
        RecordedLife killed = lives[^1];
        DamageMatrix matrix = new(temporary.At("damaged"), new LegalStates(lives), table);
        OfFiles(matrix, DamagedStore.AtEndOf(stopped), "stopped", share);
        OfFiles(matrix, DamagedStore.AtEndOf(killed), "killed", share);
        foreach (IGrouping<DamagedStore, DamageCase> each in OneOf(share, DiskLies.AtOnce(killed)).GroupBy(pair => pair.Store, pair => pair.Case))
        {
            matrix.Run(each.Key, each);
        }

        OfDirectories(matrix, DamagedStore.AtEndOf(stopped), temporary, share);
        return table;
    }

    private static bool IsSound(int seed, int share, bool ofLog, TextWriter output)
    {
        using TemporaryDirectory temporary = new(inMemory: true);
        IReadOnlyList<RecordedLife> lives = RecordedRun.Execute(temporary.At("run"), Operations, Lives, seed);
        CrashReport crashes = CrashEnumeration.Run(temporary.At("states"), lives, share);
        Describe(crashes, seed, output);
        DamageTable table = MatrixOf(temporary, lives, share, ofLog);
        foreach (string line in table.Lines().Concat(table.SilentCases))
        {
            output.WriteLine(line);
        }

        output.Flush();
        return crashes.Failures.Count == 0 && table.Silent == 0;
    }

    private static void Describe(CrashReport crashes, int seed, TextWriter output)
    {
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"""
            crashes of a run of {Operations} operations in {Lives} lives, of seed {seed}
              steps of the disk    {crashes.Steps:N0}, with {crashes.Checkpoints} checkpoints, {crashes.Deleted} files deleted and {crashes.Removed} records removed as if they had moved away
              crash states opened  {crashes.States:N0}, with more than was promised in {crashes.Tails:N0}
              failures             {crashes.Failures.Count:N0}
            """));
        foreach (string failure in crashes.Failures.Take(FailuresShownMax))
        {
            output.WriteLine($"  {failure}");
        }

        output.WriteLine();
        output.Flush();
    }

    private static void OfFiles(DamageMatrix matrix, DamagedStore store, string end, int share)
    {
        matrix.Run(store, FileDamages.DeletedAndEmptied(store, end));
        matrix.Run(store, FileDamages.Swapped(store, end));
        matrix.Run(store, OneOf(share, FileDamages.Truncated(store, end)));
        matrix.Run(store, FileDamages.Scribbled(store, end, ScribblesOfFiles / share));
        matrix.Run(store, OneOf(share, FileDamages.Older(store, end, Moments)));
        matrix.Run(store, OneOf(share, DiskLies.AtEnd(store, end)));
        foreach (string path in store.Files.Where(path => Path.GetFileName(path).StartsWith("superblock", StringComparison.Ordinal)))
        {
            matrix.Run(store, FileDamages.BitsFlipped(store, path, $"every bit of a superblock's copy flipped ({end})", StrideOf(share)));
        }

        foreach (string path in store.Files.Where(path => path.EndsWith(".checkpoint", StringComparison.Ordinal)))
        {
            matrix.Run(store, FileDamages.BitsFlipped(store, path, $"bits of a checkpoint's manifest flipped ({end})", ManifestStride * StrideOf(share)));
        }
    }

    private static void OfDirectories(DamageMatrix matrix, DamagedStore store, TemporaryDirectory temporary, int share)
    {
        matrix.Run(store, OneOf(share, DirectoryDamages.OlderCopies(store, Moments)));
        matrix.Run(store, OneOf(share, DirectoryDamages.HalfCopies(store, CopyOrders)));
        matrix.Run(store, DirectoryDamages.Foreign(store, ForeignImage.Of(temporary.At("foreign"))));
    }

    /// <summary>Prime to 8, so that every bit of a byte has its turn.</summary>
    private static int StrideOf(int share) => share % 2 == 0 ? share + 1 : share;

    private static IEnumerable<T> OneOf<T>(int share, IEnumerable<T> all) => all.Where((_, i) => i % share == 0);
}
