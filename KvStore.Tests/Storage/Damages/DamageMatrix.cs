using System.Collections.Concurrent;
using KvStore.Node.Storage;
using KvStore.Tests.Storage.Crashes;

namespace KvStore.Tests.Storage.Damages;

/// <summary>Opens damaged directories with the whole store and judges what becomes of them.</summary>
internal sealed class DamageMatrix(string root, LegalStates legal, DamageTable table)
{
    private readonly ConcurrentBag<string> _directories = [];
    private int _made;

    public void Run(DamagedStore store, IEnumerable<DamageCase> cases) => Parallel.ForEach(
        Partitioner.Create(cases, EnumerablePartitionerOptions.NoBuffering),
        new ParallelOptions { MaxDegreeOfParallelism = Environment.ProcessorCount },
        each =>
        {
            if (!_directories.TryTake(out string? directory))
            {
                directory = Path.Combine(root, $"{Interlocked.Increment(ref _made)}");
            }

            (DamageOutcome outcome, string? what) = Judge(store, each, directory);
            table.Add(each.Kind, each.Name, outcome, what);
            _directories.Add(directory);
        });

    private (DamageOutcome Outcome, string? What) Judge(DamagedStore store, DamageCase each, string directory)
    {
        each.Image.WriteTo(directory);
        try
        {
            OpenedStore opened = new(RecordedRun.Options(directory));
            try
            {
                string? difference = opened.Difference(store.Life.Truth);
                if (difference is not null)
                {
                    return (DamageOutcome.Silent, difference);
                }

                return opened.Recovered >= store.Promised ? (DamageOutcome.Recovered, null)
                    : legal.Has(each.Image, opened.Recovered) || legal.HasLog(each.Image, opened.Recovered) ? (DamageOutcome.ToldByPeers, null)
                    : (DamageOutcome.Silent, $"LSN {store.Promised} was promised and {opened.Recovered} came back");
            }
            finally
            {
                opened.DisposeAsync().AsTask().GetAwaiter().GetResult();
            }
        }
        catch (StoreRefusal refusal)
        {
            return IsClear(refusal.Message, each, directory)
                ? (DamageOutcome.Refused, null)
                : (DamageOutcome.Silent, $"the refusal does not say what is wrong where: {refusal.Message}");
        }
        catch (Exception exception) when (exception is not OutOfMemoryException)
        {
            return (DamageOutcome.Silent, $"no refusal but {exception}");
        }
    }

    /// <summary>Where there is no file there is no offset either; then the directory that should have some is named.</summary>
    private static bool IsClear(string refusal, DamageCase each, string directory) =>
        refusal.Contains(directory, StringComparison.Ordinal)
        && (!each.IsDamage || refusal.Contains(" offset ", StringComparison.Ordinal) || refusal.Contains(" is empty. ", StringComparison.Ordinal));
}
