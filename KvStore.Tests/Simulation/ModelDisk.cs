using System.Numerics;

namespace KvStore.Tests.Simulation;

/// <summary>
/// The disk of a simulated machine: named files whose writes are volatile until synced. It outlives processes. A killed
/// process loses nothing (the system still has its writes); a lost power supply keeps what was synced and an arbitrary part
/// of the rest. Reads and writes end at once; a sync takes virtual time and tells its process, if that still lives.
/// </summary>
internal sealed class ModelDisk
{
    private readonly SimulatedScheduler _scheduler;
    private readonly SeededRandom _random;
    private readonly SortedDictionary<string, ModelFile> _names = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, ModelFile> _durableNames = new(StringComparer.Ordinal);

    // Creates, renames and deletes reach the disk in order, as through a journal.
    private readonly List<(long Number, Action<SortedDictionary<string, ModelFile>> Apply)> _pendingNames = [];
    private readonly Queue<DiskOutcome>[] _next = [.. Enum.GetValues<DiskOperation>().Select(_ => new Queue<DiskOutcome>())];
    private DiskCounts _counts;
    private long _number;
    private int _powerLosses;

    public ModelDisk(SimulatedScheduler scheduler, SeededRandom random)
    {
        _scheduler = scheduler;
        _random = random;
    }

    public DiskConditions Conditions { get; set; } = DiskConditions.Calm;

    public DiskCounts Counts => _counts;

    public IReadOnlyCollection<string> Files => _names.Keys;

    public bool Exists(string name) => _names.ContainsKey(name);

    public long LengthOf(string name) => Find(name).Visible.Length;

    /// <summary>Adds to the end of a file, which is made if it is not there.</summary>
    public DiskOutcome Append(string name, ReadOnlySpan<byte> bytes) =>
        Write(name, _names.TryGetValue(name, out var file) ? file.Visible.Length : 0, bytes);

    /// <summary>Writes into a file, which is made if it is not there. What is skipped reads as zeros.</summary>
    public DiskOutcome Write(string name, long offset, ReadOnlySpan<byte> bytes)
    {
        var outcome = OutcomeOf(DiskOperation.Write);
        var length = _names.TryGetValue(name, out var file) ? file.Visible.Length : 0;
        var grows = Math.Max(0, offset + bytes.Length - length);
        if (outcome == DiskOutcome.Done && grows > 0 && _names.Values.Sum(each => (long)each.Visible.Length) + grows > Conditions.Capacity)
        {
            outcome = DiskOutcome.NoSpace;
        }

        if (outcome != DiskOutcome.Done)
        {
            return Failed(outcome);
        }

        if (file is null)
        {
            var created = new ModelFile();
            ChangeNames(names => names[name] = created);
            file = created;
        }

        file.Write(++_number, offset, bytes);
        _counts = _counts with { Writes = _counts.Writes + 1 };
        return DiskOutcome.Done;
    }

    /// <summary>Reads from a file; fewer bytes at its end.</summary>
    public DiskOutcome Read(string name, long offset, Span<byte> destination, out int count)
    {
        count = 0;
        var outcome = OutcomeOf(DiskOperation.Read);
        if (outcome != DiskOutcome.Done)
        {
            return Failed(outcome);
        }

        var contents = Find(name).Visible;
        var from = (int)Math.Min(offset, contents.Length);
        count = Math.Min(destination.Length, contents.Length - from);
        contents.Slice(from, count).CopyTo(destination);
        return DiskOutcome.Done;
    }

    /// <summary>The whole file as programs see it.</summary>
    public byte[] ReadAll(string name) => Find(name).Visible.ToArray();

    /// <summary>Gives a file another name, in place of the file that has it. At once or not at all, also after a power loss.</summary>
    public void Rename(string from, string to)
    {
        var file = Find(from);
        ChangeNames(names =>
        {
            names.Remove(from);
            names[to] = file;
        });
    }

    public void Delete(string name)
    {
        Find(name);
        ChangeNames(names => names.Remove(name));
    }

    /// <summary>Makes everything written to the file so far durable, then tells the process.</summary>
    public void Sync(string name, SimulatedProcess process, Action<DiskOutcome> done)
    {
        var file = Find(name);
        Begin(process, done, number =>
        {
            file.EndSync(number);
            if (Conditions.FileSyncCoversNames)
            {
                CommitNames(number);
            }
        }, file.FailSync);
    }

    /// <summary>Makes creates, renames and deletes so far durable: the sync of a directory.</summary>
    public void SyncNames(SimulatedProcess process, Action<DiskOutcome> done) => Begin(process, done, CommitNames, _ => { });

    public Task<DiskOutcome> SyncAsync(string name, SimulatedProcess process)
    {
        var completion = new TaskCompletionSource<DiskOutcome>();
        Sync(name, process, completion.SetResult);
        return completion.Task;
    }

    /// <summary>The next operations of this kind end so, in this order, whatever the conditions say.</summary>
    public void FailNext(DiskOperation operation, DiskOutcome outcome) => _next[(int)operation].Enqueue(outcome);

    /// <summary>The machine stops. Syncs on the way never end; what is found afterwards is what the disk happened to have.</summary>
    public void LosePower()
    {
        _powerLosses++;
        var keptNames = _random.Next(_pendingNames.Count + 1);
        foreach (var (_, apply) in _pendingNames.Take(keptNames))
        {
            apply(_durableNames);
        }

        _counts = _counts with { PowerLosses = _counts.PowerLosses + 1, NamesLost = _counts.NamesLost + _pendingNames.Count - keptNames };
        _pendingNames.Clear();
        _names.Clear();
        foreach (var (name, file) in _durableNames)
        {
            var (kept, lost) = file.LosePower(_random);
            _counts = _counts with { SectorsKept = _counts.SectorsKept + kept, SectorsLost = _counts.SectorsLost + lost };
            _names[name] = file;
        }
    }

    /// <summary>What is durable now.</summary>
    public DiskImage Copy() => new(_durableNames.Select(file => KeyValuePair.Create(file.Key, file.Value.Durable.ToArray())));

    /// <summary>The disk is what this image says: an older copy, or with an empty image a new disk.</summary>
    public void Restore(DiskImage image)
    {
        _powerLosses++;
        _pendingNames.Clear();
        _names.Clear();
        _durableNames.Clear();
        foreach (var (name, contents) in image.Files)
        {
            _names[name] = _durableNames[name] = new ModelFile(contents);
        }
    }

    /// <summary>The whole disk is lost.</summary>
    public void Wipe() => Restore(new DiskImage([]));

    /// <summary>One bit of the file, drawn by the disk's stream, turns over; says which. Reads show it at once.</summary>
    public long FlipBit(string name)
    {
        var file = Find(name);
        var bit = _random.NextInt64(file.Visible.Length * 8L);
        file.FlipBit(bit);
        return bit;
    }

    private void Begin(SimulatedProcess process, Action<DiskOutcome> done, Action<long> succeed, Action<long> fail)
    {
        var number = _number;
        var powerLosses = _powerLosses;
        var outcome = OutcomeOf(DiskOperation.Sync);
        _scheduler.World.EnqueueAfter(DrawDelay(), WorkKind.Disk, _ =>
        {
            if (powerLosses != _powerLosses)
            {
                return;
            }

            (outcome == DiskOutcome.Done ? succeed : fail)(number);
            _counts = outcome == DiskOutcome.Done ? _counts with { Syncs = _counts.Syncs + 1 } : _counts with { Failures = _counts.Failures + 1 };
            process.Enqueue(WorkKind.Disk, _ => done(outcome), null);
        }, null);
    }

    private void ChangeNames(Action<SortedDictionary<string, ModelFile>> change)
    {
        change(_names);
        _pendingNames.Add((++_number, change));
    }

    private void CommitNames(long number)
    {
        foreach (var (_, apply) in _pendingNames.TakeWhile(pending => pending.Number <= number))
        {
            apply(_durableNames);
        }

        _pendingNames.RemoveAll(pending => pending.Number <= number);
    }

    private DiskOutcome OutcomeOf(DiskOperation operation)
    {
        var fails = _random.Chance(Conditions.FailureRate);
        return _next[(int)operation].TryDequeue(out var planned) ? planned : fails ? DiskOutcome.Failed : DiskOutcome.Done;
    }

    private DiskOutcome Failed(DiskOutcome outcome)
    {
        _counts = _counts with { Failures = _counts.Failures + 1 };
        return outcome;
    }

    private TimeSpan DrawDelay()
    {
        var doublings = Math.Min(BitOperations.TrailingZeroCount(_random.NextWord()), Conditions.DoublingsMax);
        var delay = Conditions.SyncMin + _random.NextTime(Conditions.SyncSpread);
        return TimeSpan.FromTicks(delay.Ticks << doublings) * Conditions.Slowness;
    }

    private ModelFile Find(string name) =>
        _names.TryGetValue(name, out var file) ? file : throw new FileNotFoundException($"The model disk has no file '{name}'.", name);
}
