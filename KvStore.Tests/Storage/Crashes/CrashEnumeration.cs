using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using KvStore.Node.Storage;

namespace KvStore.Tests.Storage.Crashes;

/// <summary>
/// Opens every different disk that a crash of a recorded run can have left. A crash is always legal: a store that is refused,
/// has lost what was promised or holds what was never appended fails.
/// </summary>
internal sealed class CrashEnumeration
{
    /// <summary>Of so many states one is also written to, closed and opened again.</summary>
    private const int GoOnEvery = 8;

    private readonly ConcurrentBag<string> _failures = [];
    private readonly HashSet<string> _seen = [];
    private readonly ConditionalWeakTable<byte[], string> _hashes = [];
    private int _states;
    private int _tails;
    private int _stride = 1;

    private CrashEnumeration()
    {
    }

    /// <param name="root">A directory of its own.</param>
    /// <param name="stride">Crashes after each n-th step only.</param>
    public static CrashReport Run(string root, IReadOnlyList<RecordedLife> lives, int stride = 1)
    {
        CrashEnumeration enumeration = new() { _stride = stride };
        foreach (RecordedLife life in lives)
        {
            enumeration.Enumerate(root, life);
        }

        IReadOnlyList<DiskStep> steps = [.. lives.SelectMany(life => life.Disk.Steps)];
        return new CrashReport(
            steps.Count,
            steps.Count(step => step.Kind == DiskOperationKind.RenameFile && step.NewPath!.EndsWith(".checkpoint", StringComparison.Ordinal)),
            steps.Count(step => step.Kind == DiskOperationKind.DeleteFile),
            lives[^1].Truth.Removed,
            enumeration._states,
            enumeration._tails,
            [.. enumeration._failures]);
    }

    private void Enumerate(string root, RecordedLife life)
    {
        CrashModel model = new(life.Before, life.Disk.Steps);
        IEnumerable<CrashState> states = Enumerable.Range(0, life.Disk.Steps.Count + 1)
            .Where(steps => steps % _stride == 0 || steps == life.Disk.Steps.Count)
            .SelectMany(steps => CrashStates.After(model, steps))
            .Where(state => _seen.Add(state.Image.Fingerprint(HashOf)));
        ConcurrentBag<string> directories = [];
        int made = 0;
        Parallel.ForEach(
            Partitioner.Create(states, EnumerablePartitionerOptions.NoBuffering),
            new ParallelOptions { MaxDegreeOfParallelism = Environment.ProcessorCount },
            state =>
            {
                if (!directories.TryTake(out string? directory))
                {
                    directory = Path.Combine(root, $"{Interlocked.Increment(ref made)}");
                }

                Check(directory, life, state);
                directories.Add(directory);
            });
    }

    private void Check(string directory, RecordedLife life, CrashState state)
    {
        int number = Interlocked.Increment(ref _states);
        long promised = Math.Max(life.PromisedBefore, life.Disk.PromisedBefore(state.Steps));
        string? failure = StoreCheck.After(state.Image, directory, life.Truth, promised, goOn: number % GoOnEvery == 0, out long recovered);
        if (recovered > promised)
        {
            Interlocked.Increment(ref _tails);
        }

        if (failure is not null)
        {
            _failures.Add($"{state.Name}: {failure}");
        }
    }

    private string HashOf(byte[] bytes) => _hashes.GetValue(bytes, static bytes => Convert.ToHexString(SHA256.HashData(bytes)));
}
