using KvStore.Tests.Storage.Crashes;

namespace KvStore.Tests.Storage.Damages;

/// <summary>A disk that says a write is durable when it is not, or of which only some sectors are.</summary>
internal static class DiskLies
{
    public const string Lost = "write lost that was reported synced";
    public const string Torn = "write torn that was reported synced";

    /// <summary>The loss shows after the life's end.</summary>
    public static IEnumerable<DamageCase> AtEnd(DamagedStore store, string end)
    {
        CrashModel model = new(store.Life.Before, store.Life.Disk.Steps);
        int steps = store.Life.Disk.Steps.Count;
        foreach (ContentChange write in WritesOf(model, steps))
        {
            yield return new DamageCase($"{Lost} ({end})", write.Name, model.ImageAfter(steps, Set(write)));
            foreach ((string how, Func<int, bool> sectors) in CrashStates.TearsOf(write))
            {
                yield return new DamageCase($"{Torn} ({end})", $"{write.Name}, {how}", model.ImageAfter(steps, Set(), (write, sectors)));
            }
        }
    }

    /// <summary>The machine stops as soon as the write's sync has been answered: the shortest time in which a later write could tell.</summary>
    public static IEnumerable<(DamageCase Case, DamagedStore Store)> AtOnce(RecordedLife life)
    {
        CrashModel model = new(life.Before, life.Disk.Steps);
        foreach (ContentChange write in WritesOf(model, life.Disk.Steps.Count).Where(write => write.DurableAt < life.Disk.Steps.Count))
        {
            int steps = write.DurableAt + 1;
            DamagedStore store = new(life, model.ImageAfter(steps, Set()), Math.Max(life.PromisedBefore, life.Disk.PromisedBefore(steps)));
            yield return (new DamageCase($"{Lost} (power cut at once)", write.Name, model.ImageAfter(steps, Set(write))), store);
            foreach ((string how, Func<int, bool> sectors) in CrashStates.TearsOf(write))
            {
                yield return (new DamageCase($"{Torn} (power cut at once)", $"{write.Name}, {how}", model.ImageAfter(steps, Set(), (write, sectors))), store);
            }
        }
    }

    private static IEnumerable<ContentChange> WritesOf(CrashModel model, int steps) =>
        model.DoneBy(steps).OfType<ContentChange>().Where(change => change is { At: >= 0, Bytes.Length: > 0 } && change.DurableAt < int.MaxValue);

    private static HashSet<DiskChange> Set(params DiskChange[] changes) => new(changes, ReferenceEqualityComparer.Instance);
}
