using System.Diagnostics;

namespace KvStore.Node.Storage.Checkpoints;

/// <summary>The newest checkpoint.</summary>
/// <param name="Number">0 if there is none.</param>
/// <param name="Lsn">Every record of the log up to here is in it.</param>
/// <param name="MadeAt">When it was made, by the system's stopwatch; of one that was found at the start: when it was found.</param>
/// <param name="Took">How long it took; zero for one that was found.</param>
/// <param name="Held">How long lanes were held for it.</param>
/// <param name="ManifestBytes">Its manifest's length.</param>
internal sealed record CheckpointStatus(long Number, long Lsn, long MadeAt, TimeSpan Took, TimeSpan Held, long ManifestBytes)
{
    public static CheckpointStatus Of(Checkpoint? found) =>
        new(found?.Number ?? 0, found?.Lsn ?? 0, Stopwatch.GetTimestamp(), TimeSpan.Zero, TimeSpan.Zero, 0);
}
