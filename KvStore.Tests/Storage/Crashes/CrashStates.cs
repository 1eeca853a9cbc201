namespace KvStore.Tests.Storage.Crashes;

/// <summary>
/// The states built for a crash after each step: the process killed, and the power cut with of what was not synced nothing
/// kept, each change alone lost, each alone kept, the last writes torn every way that their sectors can suggest, and some by chance.
/// </summary>
internal static class CrashStates
{
    /// <summary>The latest of what is pending is where order matters; files that nothing relies on may have hundreds.</summary>
    private const int DroppedMax = 24;
    private const int KeptMax = 8;
    private const int TornMax = 2;
    private const int RandomStates = 4;

    /// <param name="aside">Files and directories that are all there in every state, and take no other's place among the latest.</param>
    public static IEnumerable<CrashState> After(CrashModel model, int steps, IReadOnlySet<DiskNode>? aside = null)
    {
        List<DiskChange> pending = [.. model.PendingAfter(steps).Where(change => aside?.Contains(change.Node) != true)];
        yield return State("killed", []);
        if (pending.Count == 0)
        {
            yield break;
        }

        yield return State("power cut, nothing unsynced kept", pending);
        foreach (DiskChange each in pending.TakeLast(DroppedMax))
        {
            yield return State($"power cut, {each.Name} lost", [each]);
        }

        foreach (DiskChange each in pending.TakeLast(KeptMax))
        {
            yield return State($"power cut, {each.Name} alone kept", pending.Except(Needed(each)));
        }

        foreach (ContentChange write in pending.OfType<ContentChange>().Where(change => change.Bytes is { Length: > 0 }).TakeLast(TornMax))
        {
            foreach ((string how, Func<int, bool> sectors) in TearsOf(write))
            {
                yield return Torn($"{how}, the rest kept", [], write, sectors);
                yield return Torn($"{how}, the rest lost", pending.Except(Needed(write)), write, sectors);
            }
        }

        Random random = new(steps);
        for (int i = 0; i < RandomStates; i++)
        {
            double loss = random.NextDouble();
            yield return State($"power cut, some lost ({i})", pending.Where(_ => random.NextDouble() < loss).ToList());
        }

        // What a change cannot be there without: the earlier entries of its directory.
        IEnumerable<DiskChange> Needed(DiskChange change) => change is EntryChange
            ? pending.Where(other => other.Node == change.Node && other.At <= change.At)
            : [change];

        CrashState State(string name, IEnumerable<DiskChange> lost) =>
            new($"after step {steps}: {name}", steps, model.ImageAfter(steps, new HashSet<DiskChange>(lost, ReferenceEqualityComparer.Instance)));

        CrashState Torn(string name, IEnumerable<DiskChange> lost, ContentChange write, Func<int, bool> sectors) => new(
            $"after step {steps}: power cut, the write at {write.Offset} of {write.Bytes!.Length} bytes torn: {name}",
            steps,
            model.ImageAfter(steps, new HashSet<DiskChange>(lost, ReferenceEqualityComparer.Instance), (write, sectors)));
    }

    /// <summary>Ways in which a write may have reached the disk in part, by the sectors that did.</summary>
    public static IEnumerable<(string How, Func<int, bool> Sectors)> TearsOf(ContentChange write) => Tears(SectorsOf(write));

    private static int SectorsOf(ContentChange write)
    {
        long first = write.Offset / CrashModel.SectorLength;
        long last = (write.Offset + write.Bytes!.Length - 1) / CrashModel.SectorLength;
        return (int)(last - first + 1);
    }

    private static IEnumerable<(string How, Func<int, bool> Sectors)> Tears(int count)
    {
        foreach (int cut in new SortedSet<int> { 1, 2, count / 2, count - 2, count - 1 }.Where(cut => cut > 0 && cut < count))
        {
            yield return ($"only its first {cut} of {count} sectors", sector => sector < cut);
            yield return ($"all but its first {cut} of {count} sectors", sector => sector >= cut);
            yield return ($"all but sector {cut} of {count}", sector => sector != cut);
            yield return ($"only sector {cut} of {count}", sector => sector == cut);
        }

        if (count > 3)
        {
            yield return ($"every other one of its {count} sectors", sector => sector % 2 == 0);
            yield return ($"the other ones of its {count} sectors", sector => sector % 2 == 1);
            yield return ($"its ends of {count} sectors", sector => sector == 0 || sector == count - 1);
        }
    }
}
