using System.Globalization;

namespace KvStore.Tests.Simulation.Histories;

/// <summary>
/// Small histories of one key: first what a correct store could have answered, drawn together with the moments at which
/// operations took effect, and then perhaps a lie or two.
/// </summary>
internal sealed class RandomHistory(SeededRandom random, bool counter)
{
    private const int Moments = 100;

    private readonly List<OperationRecord> _operations = [];
    private UInt128 _version = OperationRecord.NoVersion;
    private UInt128 _lastVersion = OperationRecord.NoVersion;
    private string? _value;
    private int _values;

    public static List<OperationRecord> Draw(SeededRandom random, bool counter, int operations, int lies)
    {
        var history = new RandomHistory(random, counter);
        foreach (var moment in Enumerable.Range(0, operations).Select(_ => random.Next(Moments)).Order().ToList())
        {
            history._operations.Add(history.Perform(moment));
        }

        for (var i = 0; i < lies; i++)
        {
            history.Lie();
        }

        random.Shuffle(System.Runtime.InteropServices.CollectionsMarshal.AsSpan(history._operations));
        return history._operations;
    }

    private OperationRecord Perform(int moment)
    {
        var kind = counter
            ? (random.Chance(0.5) ? OperationKind.Increment : OperationKind.Read)
            : random.Next(5) switch { 0 => OperationKind.Put, 1 => OperationKind.Delete, 2 => OperationKind.CompareAndSet, _ => OperationKind.Read };
        var outcome = kind == OperationKind.Read || random.Chance(0.7) ? RecordedOutcome.Committed
            : random.Chance(0.85) ? RecordedOutcome.Unknown : RecordedOutcome.NotApplied;
        var asked = new OperationRecord
        {
            Key = "k",
            Kind = kind,
            Outcome = outcome,
            Start = moment - random.Next(25),
            Finish = moment + random.Next(25),
            Written = kind is OperationKind.Put or OperationKind.CompareAndSet ? $"value{++_values}" : null,
            Expected = kind == OperationKind.CompareAndSet && !random.Chance(0.3) ? ToldVersion() : null,
            By = kind == OperationKind.Increment ? 2 : 0,
        };
        var happens = outcome switch { RecordedOutcome.Committed => true, RecordedOutcome.Unknown => random.Chance(0.5), _ => false };
        return happens && Changes(asked) ? Write(asked) : outcome == RecordedOutcome.Committed && !Changes(asked) ? See(asked) : asked;
    }

    private bool Changes(OperationRecord asked) => asked.Kind switch
    {
        OperationKind.Put or OperationKind.Increment => true,
        OperationKind.Delete => _value is not null,
        OperationKind.CompareAndSet => asked.Expected is { } expected ? _value is not null && _version == expected : _value is null,
        _ => false,
    };

    private OperationRecord Write(OperationRecord asked)
    {
        _version = _lastVersion += (UInt128)(ulong)random.Next(1, 3);
        _value = asked.Kind == OperationKind.Increment
            ? (long.Parse(_value ?? "0", CultureInfo.InvariantCulture) + asked.By).ToString(CultureInfo.InvariantCulture)
            : asked.Written;
        return asked.Outcome == RecordedOutcome.Unknown
            ? asked
            : asked with { WrittenVersion = _version, Written = _value };
    }

    private OperationRecord See(OperationRecord asked) => asked with { ObservedVersion = _version, ObservedValue = _value };

    // Mostly the one that is there, if anybody was told so.
    private UInt128? ToldVersion()
    {
        var told = _operations.SelectMany(operation => new[] { operation.WrittenVersion, operation.ObservedVersion ?? OperationRecord.NoVersion })
            .Where(version => version != OperationRecord.NoVersion).Distinct().ToList();
        return told.Count == 0 ? null : told.Contains(_version) && random.Chance(0.8) ? _version : told[random.Next(told.Count)];
    }

    private UInt128 AnyVersion() => (UInt128)(ulong)random.Next(1, 8);

    private void Lie()
    {
        var i = random.Next(_operations.Count);
        var lied = _operations[i];
        var other = _operations[random.Next(_operations.Count)];
        var seen = lied is { Outcome: RecordedOutcome.Committed, ObservedVersion: not null };
        _operations[i] = random.Next(9) switch
        {
            0 => lied with { Start = lied.Start + 30, Finish = lied.Finish + 30 },
            1 => lied with { Start = lied.Start - 30, Finish = lied.Finish - 30 },
            2 when seen && other.HasWritten => lied with { ObservedVersion = other.WrittenVersion, ObservedValue = other.Written },
            3 when seen && other.ObservedVersion is not null => lied with { ObservedVersion = other.ObservedVersion, ObservedValue = other.ObservedValue },
            4 when lied.HasWritten && lied.Kind != OperationKind.Increment => lied with { Outcome = RecordedOutcome.Unknown, WrittenVersion = OperationRecord.NoVersion },
            5 when lied is { HasWritten: true, Expected: not null } && other.HasWritten => lied with { Expected = other.WrittenVersion },
            6 when lied.HasWritten && other.HasWritten => lied with { WrittenVersion = other.WrittenVersion },
            7 when lied is { HasWritten: true, Kind: OperationKind.Put } => lied with { Outcome = RecordedOutcome.NotApplied, WrittenVersion = OperationRecord.NoVersion },
            8 when lied is { HasWritten: true, Kind: OperationKind.Increment } => lied with { Written = (long.Parse(lied.Written!, CultureInfo.InvariantCulture) + random.Next(-1, 2)).ToString(CultureInfo.InvariantCulture) },
            _ when seen => lied with { ObservedVersion = AnyVersion() },
            _ => lied with { Finish = lied.Start },
        };
    }
}
