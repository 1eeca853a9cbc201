using System.Globalization;
using KvStore.Node.Ring;
using KvStore.Node.Storage.Checkpoints;
using KvStore.Node.Storage.Faster;
using KvStore.Node.Storage.Log;

namespace KvStore.Node.Storage.Verification;

/// <summary>
/// Reads a data directory that no process has open, from its first byte to its last, and changes nothing: both superblocks,
/// every frame of the log, every checkpoint's manifest and every block of data that it needs; and counts every slot anew.
/// What it decides by is what a start decides by.
/// </summary>
internal sealed class StoreVerification
{
    private readonly StoreDirectory _directory;
    private readonly List<VerifiedPart> _parts = [];

    private StoreVerification(StoreDirectory directory) => _directory = directory;

    /// <exception cref="StoreRefusal">When there is nothing to verify: no store, one in use, or of another format.</exception>
    public static VerificationReport Run(string path)
    {
        using StoreDirectory directory = StoreDirectory.OpenToRead(path);
        try
        {
            return new StoreVerification(directory).Run();
        }
        catch (Exception exception) when (DiskError.Is(exception))
        {
            throw StoreDirectory.CannotUse(path, exception);
        }
    }

    private VerificationReport Run()
    {
        Superblock superblock;
        try
        {
            AddSuperblocks();
            superblock = SuperblockCopies.Read(_directory.Store);
        }
        catch (StoreRefusal refusal) when (_parts.Any(part => part.IsDamaged))
        {
            return Report(null, refusal.Message);
        }

        string owner = $"member {superblock.Member} of cluster {superblock.Cluster}, started {Text(superblock.BootCount)} times";
        (Checkpoint? newest, KeyWeights weights) = AddCheckpoints(superblock);
        if (newest is null && superblock.LsnFirst > 1)
        {
            return Report(owner, $"No checkpoint can be used, and the log begins with LSN {Text(superblock.LsnFirst)} only. {StoreDamage.WhatToDo}");
        }

        return Report(owner, AddLog(superblock, newest, weights));
    }

    private VerificationReport Report(string? owner, string? refusal) => new(_directory.Path, owner, _parts, refusal);

    private void AddSuperblocks()
    {
        foreach (string name in SuperblockCopies.Names)
        {
            bool isWhole = SuperblockCopies.TryReadCopy(_directory.Store, name, out int format, out Superblock? copy);
            _parts.Add(isWhole
                ? new VerifiedPart(NameOf(name), copy is null
                    ? $"format {Text(format)}, this program reads format {Text(Superblock.FormatCurrent)}"
                    : $"generation {Text(copy.Generation)}, the log was on disk up to LSN {Text(copy.DurableLsn)} at least")
                : new VerifiedPart(NameOf(name), $"{_directory.Store.PathOf(name)} is missing or damaged at offset 0", IsDamaged: true));
        }
    }

    /// <returns>The newest that is whole, which a start would begin from, and its records.</returns>
    private (Checkpoint? Newest, KeyWeights Weights) AddCheckpoints(Superblock superblock)
    {
        Checkpoint? newest = null;
        KeyWeights newestWeights = new();
        CheckpointFiles files = new(_directory.Checkpoints);
        foreach (long number in files.Numbers())
        {
            KeyWeights weights = new();
            string name = NameOf("checkpoints", Path.GetFileName(files.PathOf(number)));
            Checkpoint? checkpoint = files.TryRead(number);
            string? problem = checkpoint is null || checkpoint.Cluster != superblock.Cluster || checkpoint.Member != superblock.Member
                ? $"{files.PathOf(number)} is damaged at offset 0: it is no whole manifest of this member"
                : CheckpointVerification.Run(_directory.Data, checkpoint, files.PathOf(number), weights);
            if (problem is not null)
            {
                _parts.Add(new VerifiedPart(name, problem, IsDamaged: true));
                continue;
            }

            StoreTotals total = weights.Count(static _ => Registers.Ballot.Zero).Total();
            _parts.Add(new VerifiedPart(
                name,
                $"up to LSN {Text(checkpoint!.Lsn)}; {Text(checkpoint.Checksums.Length)} blocks of data, {Text(checkpoint.Facts.Count)} facts; {Text(total)}, as it counts them"));
            if (newest is null && checkpoint.Lsn >= superblock.LsnFirst - 1)
            {
                (newest, newestWeights) = (checkpoint, weights);
            }
        }

        return (newest, newestWeights);
    }

    /// <returns>Why a start would be refused, or null.</returns>
    private string? AddLog(Superblock superblock, Checkpoint? from, KeyWeights weights)
    {
        StoreFacts facts = new();
        foreach (Fact fact in from?.Facts ?? [])
        {
            facts.Set(StoreEntry.Of(fact));
        }

        try
        {
            RecoveredSegments log = LogRecovery.Check(
                _directory.Log, RecoveredLog.RequiredBy(superblock, from), from?.Lsn ?? 0, facts, entry => weights.Set(new Key(entry.Key.ToArray()), entry.Record), out string? torn);
            Dictionary<Slot, Registers.Ballot> floors = facts.Floors().ToDictionary(floor => floor.Slot, floor => floor.Floor);
            StoreTotals total = weights.Count(slot => floors.GetValueOrDefault(slot)).Total();
            _parts.Add(new VerifiedPart(
                NameOf("log"),
                $"segments {Text(superblock.SegmentFirst)} to {Text(log.SegmentLast)}, every frame from LSN {Text(superblock.LsnFirst)} to {Text(log.End.LsnLast)}"
                + (torn is null ? "" : $"; {torn}: a commit that no one was told of, and that the next start erases")));
            _parts.Add(new VerifiedPart("all of it", $"{Text(total)}, {Text(facts.Standing().Count)} facts"));
            return null;
        }
        catch (StoreRefusal refusal)
        {
            _parts.Add(new VerifiedPart(NameOf("log"), "cannot be read to its end", IsDamaged: true));
            return refusal.Message;
        }
    }

    private string NameOf(params string[] names) => Path.GetRelativePath(_directory.Path, Path.Combine([_directory.Store.Path, .. names]));

    private static string Text(StoreTotals total) =>
        $"{Text(total.Keys)} keys of {Text(total.ValueBytes)} bytes and {Text(total.Tombstones)} tombstones in {Text(total.Slots)} slots";

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);
}
