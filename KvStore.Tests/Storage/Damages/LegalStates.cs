using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using KvStore.Tests.Storage.Crashes;

namespace KvStore.Tests.Storage.Damages;

/// <summary>
/// All directories that an honest disk can have left at some moment of some lives, with the least that had been promised by
/// then. A damaged directory that is one of them cannot be told from it by any store: only somebody who remembers more can.
/// </summary>
internal sealed class LegalStates
{
    private static readonly string[] Meaningless = ["pid", "store/evidence"];

    private readonly ConcurrentDictionary<string, long> _promised = [];
    private readonly ConditionalWeakTable<byte[], string> _hashes = [];

    public LegalStates(IEnumerable<RecordedLife> lives)
    {
        // Before anything was there: a member's first start.
        _promised[FingerprintOf(new DirectoryImage())] = 0;
        foreach (RecordedLife life in lives)
        {
            CrashModel model = new(life.Before, life.Disk.Steps);
            foreach (CrashState state in Enumerable.Range(0, life.Disk.Steps.Count + 1).SelectMany(steps => CrashStates.After(model, steps)))
            {
                long promised = Math.Max(life.PromisedBefore, life.Disk.PromisedBefore(state.Steps));
                _promised.AddOrUpdate(FingerprintOf(state.Image), promised, (_, before) => Math.Min(before, promised));
            }
        }
    }

    /// <summary>Whether a directory is one that may hold no more than up to a log number.</summary>
    public bool Has(DirectoryImage image, long recovered) => _promised.TryGetValue(FingerprintOf(image), out long promised) && promised <= recovered;

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
