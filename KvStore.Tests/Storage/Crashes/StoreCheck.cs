using KvStore.Node.Storage;

namespace KvStore.Tests.Storage.Crashes;

/// <summary>Opens a store in what is left of its directory and says what is wrong with it.</summary>
internal static class StoreCheck
{
    /// <param name="promised">The log number that must come back.</param>
    /// <param name="goOn">Whether also to append, stop and open again.</param>
    /// <param name="recovered">The log number that came back; 0 when it was refused.</param>
    /// <returns>Null when all is well.</returns>
    public static string? After(DirectoryImage image, string directory, StoreTruth truth, long promised, bool goOn, out long recovered)
    {
        image.WriteTo(directory);
        recovered = 0;
        try
        {
            string? difference;
            StoreTruth further = truth;
            OpenedStore store = new(RecordedRun.Options(directory));
            try
            {
                recovered = store.Recovered;
                difference = recovered < promised ? $"LSN {promised} was promised and {recovered} came back" : store.Difference(truth);
                if (difference is null && goOn)
                {
                    StoreEntry entry = StoreEntry.Of(StoreHarness.KeyOf(7), StoreHarness.Value(1_000_000));
                    further = truth.Copy();
                    further.CutAfter(recovered);
                    further.Append(entry);
                    difference = store.GoOn(entry);
                }
            }
            finally
            {
                store.DisposeAsync().AsTask().GetAwaiter().GetResult();
            }

            return difference is null && goOn ? Again(directory, further) : difference;
        }
        catch (StoreRefusal refusal)
        {
            return $"refused: {refusal.Message}";
        }
    }

    private static string? Again(string directory, StoreTruth truth)
    {
        OpenedStore store = new(RecordedRun.Options(directory));
        try
        {
            string? difference = store.Recovered == truth.LsnLast ? store.Difference(truth) : $"LSN {store.Recovered} came back after {truth.LsnLast}";
            return difference is null ? null : $"opened once more: {difference}";
        }
        finally
        {
            store.DisposeAsync().AsTask().GetAwaiter().GetResult();
        }
    }
}
