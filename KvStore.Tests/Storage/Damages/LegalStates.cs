using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using KvStore.Node.Storage.Checkpoints;
using KvStore.Node.Storage.Log;
using KvStore.Tests.Storage.Crashes;

namespace KvStore.Tests.Storage.Damages;

/// <summary>
/// All directories that an honest disk can have left at some moment of some lives, with the least that had been promised by
/// then. A damaged directory that is one of them cannot be told from it by any store: only somebody who remembers more can.
/// </summary>
internal sealed class LegalStates
{
    private static readonly string[] Meaningless = ["pid", "store/evidence"];

    private const string Log = "store/log/";

    private readonly ConcurrentDictionary<string, long> _promised = [];
    private readonly ConcurrentDictionary<string, long> _promisedOfLogs = [];
    private readonly ConditionalWeakTable<byte[], string> _hashes = [];
    private readonly ConditionalWeakTable<byte[], string> _hashesOfSegments = [];

    public LegalStates(IEnumerable<RecordedLife> lives)
    {
        // Before anything was there: a member's first start.
        _promised[FingerprintOf(new DirectoryImage())] = 0;
        foreach (RecordedLife life in lives)
        {
            CrashModel model = new(life.Before, life.Disk.Steps);
            HashSet<DiskNode> aside = [.. Meaningless.Append(DamagedStore.Data.TrimEnd('/')).SelectMany(model.NodesBelow)];
            foreach (CrashState state in Enumerable.Range(0, life.Disk.Steps.Count + 1).SelectMany(steps => CrashStates.After(model, steps, aside)))
            {
                long promised = Math.Max(life.PromisedBefore, life.Disk.PromisedBefore(state.Steps));
                _promised.AddOrUpdate(FingerprintOf(state.Image), promised, (_, before) => Math.Min(before, promised));
                foreach (string first in state.Image.Files.Keys.Where(IsSegment))
                {
                    _promisedOfLogs.AddOrUpdate(FingerprintOfLog(state.Image, first), promised, (_, before) => Math.Min(before, promised));
                }
            }
        }
    }

    /// <summary>Whether a directory is one that may hold no more than up to a log number.</summary>
    public bool Has(DirectoryImage image, long recovered) => _promised.TryGetValue(FingerprintOf(image), out long promised) && promised <= recovered;

    /// <summary>
    /// Whether the log is one that may hold no more than up to a log number, and nothing beside it says more. A superblock and a
    /// manifest say what was on disk when they began to be written; until they are on disk the log goes on, so of the
    /// moment after that an older log beside them is no state of the whole directory, and yet nobody can know.
    /// </summary>
    public bool HasLog(DirectoryImage image, long recovered)
    {
        List<Superblock> superblocks = [.. image.Files.Where(file => file.Key.StartsWith("store/superblock.", StringComparison.Ordinal))
            .Select(file => Superblock.TryRead(file.Value, out _, out Superblock? copy) ? copy : null).OfType<Superblock>()];
        IEnumerable<Checkpoint> checkpoints = image.Files.Where(file => file.Key.StartsWith("store/checkpoints/", StringComparison.Ordinal))
            .Select(file => CheckpointCodec.TryRead(file.Value)).OfType<Checkpoint>();
        return superblocks.MaxBy(copy => copy.Generation) is { } superblock
            && superblocks.Select(copy => copy.DurableLsn).Concat(checkpoints.Select(checkpoint => checkpoint.LsnDurable)).Max() <= recovered
            && _promisedOfLogs.TryGetValue(FingerprintOfLog(image, Log + LogSegment.NameOf(superblock.SegmentFirst)), out long promised)
            && promised <= recovered;
    }

    private static bool IsSegment(string path) => path.StartsWith(Log, StringComparison.Ordinal) && path.EndsWith(".log", StringComparison.Ordinal);

    /// <summary>Of the segments that hold something, from one on.</summary>
    private string FingerprintOfLog(DirectoryImage image, string first)
    {
        DirectoryImage log = new();
        foreach ((string path, byte[] bytes) in image.Files.Where(file => IsSegment(file.Key) && string.CompareOrdinal(file.Key, first) >= 0))
        {
            if (_hashesOfSegments.GetValue(bytes, HashOfSegment).Length > 0)
            {
                log.Put(path, bytes);
            }
        }

        return log.Fingerprint(bytes => _hashesOfSegments.GetValue(bytes, HashOfSegment));
    }

    /// <returns>Empty for a segment without any entry.</returns>
    private static string HashOfSegment(byte[] bytes) =>
        SegmentHeader.TryRead(bytes, out SegmentHeader? header) && !LogFrame.TryRead(bytes.AsSpan(SegmentHeader.Length), header!.Seed, out _)
            ? "" : Convert.ToHexString(SHA256.HashData(bytes));

    /// <summary>
    /// Of what matters: neither the process's number, nor what is evidence only where it was written, nor the data log's files,
    /// which the manifests check and of which what is not needed is thrown away.
    /// </summary>
    private string FingerprintOf(DirectoryImage image)
    {
        DirectoryImage needed = new();
        foreach ((string path, byte[] bytes) in image.Files.Where(file => !Meaningless.Contains(file.Key) && !DamagedStore.IsData(file.Key)))
        {
            needed.Put(path, bytes);
        }

        return needed.Fingerprint(bytes => _hashes.GetValue(bytes, static bytes => Convert.ToHexString(SHA256.HashData(bytes))));
    }
}
