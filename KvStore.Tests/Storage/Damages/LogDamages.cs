using System.Text.RegularExpressions;
using KvStore.Node.Storage;
using KvStore.Node.Storage.Log;

namespace KvStore.Tests.Storage.Damages;

/// <summary>
/// Damage to a log of one segment, 64 KiB, in so many cases that only the log's own recovery is run: the code that opening a
/// store runs, on the file, without the data log that it would fill. After a clean stop and after a crash, when the superblock
/// knows less.
/// </summary>
internal sealed partial class LogDamages : IDisposable
{
    private const string Flipped = "every bit of a 64 KiB log flipped";
    private const string Truncated = "a 64 KiB log truncated at every byte";
    private const string Scribbled = "bytes of a 64 KiB log damaged";

    private readonly LogImage _image;
    private readonly DamageTable _table;
    private readonly List<byte[]> _expected = [];
    private readonly byte[] _whole;

    private LogDamages(LogImage image, DamageTable table)
    {
        _image = image;
        _table = table;
        _whole = image.Bytes(1);
        Recover(image.Stopped, bytes => _expected.Add(bytes));
    }

    /// <param name="stride">1 for every bit.</param>
    public static void FlipBits(DamageTable table, int stride) => InParallel(table, (damages, part, parts) =>
    {
        for (int bit = part * stride; bit < damages._whole.Length * 8; bit += parts * stride)
        {
            byte[] bytes = [.. damages._whole];
            bytes[bit / 8] ^= (byte)(1 << (bit % 8));
            damages.Both(Flipped, $"bit {bit % 8} at {bit / 8}", bytes);
        }
    });

    public static void Truncate(DamageTable table, int stride) => InParallel(table, (damages, part, parts) =>
    {
        for (int length = part * stride; length < damages._whole.Length; length += parts * stride)
        {
            damages.Both(Truncated, $"to {length}", damages._whole[..length]);
        }
    });

    public static void Scribble(DamageTable table, int count) => InParallel(table, (damages, part, parts) =>
    {
        Random random = new(part);
        for (int i = part; i < count; i += parts)
        {
            byte[] bytes = [.. damages._whole];
            int from = random.Next(bytes.Length);
            Span<byte> scribbled = bytes.AsSpan(from, Math.Min(bytes.Length - from, 2 + random.Next(1 << random.Next(15))));
            switch (random.Next(4))
            {
                case 0:
                    scribbled.Clear();
                    break;
                case 1:
                    random.NextBytes(scribbled);
                    break;
                case 2:
                    scribbled.Fill((byte)random.Next(256));
                    break;
                default:
                    // Not what never was written: that is a lost write, which has lines of its own.
                    int source = random.Next(bytes.Length - scribbled.Length + 1);
                    source += (source - from) % LogFiller.SectorLength == 0 && source > 0 ? -1 : 0;
                    damages._whole.AsSpan(source, scribbled.Length).CopyTo(scribbled);
                    break;
            }

            damages.Both(Scribbled, $"{scribbled.Length} bytes at {from}", bytes);
        }
    });

    public void Dispose() => _image.Dispose();

    private static void InParallel(DamageTable table, Action<LogDamages, int, int> run)
    {
        int parts = Environment.ProcessorCount;
        Parallel.For(0, parts, new ParallelOptions { MaxDegreeOfParallelism = parts }, part =>
        {
            LogImage image = LogImage.CreateAsync([.. Enumerable.Range(0, 60).Select(Commit)]).GetAwaiter().GetResult();
            using LogDamages damages = new(image, table);
            run(damages, part, parts);
        });
    }

    /// <summary>About two thirds of the segment: records of many sizes, tombstones and facts, in commits of one to four.</summary>
    private static StoreEntry[] Commit(int number) =>
    [
        .. Enumerable.Range(0, 1 + (number % 4)).Select(i => (number * 4) + i).Select(i => i % 9 == 4
            ? StoreEntry.Of(StoreHarness.FactOf(FactKind.PendingChange, i, $"change {i}"))
            : StoreEntry.Of(StoreHarness.KeyOf(i % 40), i % 7 == 3 ? StoreHarness.Tombstone(i) : StoreHarness.Value(i, 15 * (number % 20)))),
    ];

    private void Both(string kind, string name, byte[] bytes)
    {
        Judge($"{kind} (stopped)", name, _image.Stopped, bytes);
        Judge($"{kind} (crashed)", name, _image.Crashed, bytes);
    }

    private void Judge(string kind, string name, Superblock superblock, byte[] bytes)
    {
        _image.Put(1, bytes);
        int count = 0;
        bool same = true;
        string? refusal = Recover(superblock, entry =>
        {
            same &= count < _expected.Count && entry.AsSpan().SequenceEqual(_expected[count]);
            count++;
        });
        DamageOutcome outcome = refusal switch
        {
            not null => refusal.StartsWith(_image.PathOf(1), StringComparison.Ordinal) && PlaceOf().IsMatch(refusal) ? DamageOutcome.Refused : DamageOutcome.Silent,
            null when same && count == _expected.Count => DamageOutcome.Recovered,
            _ => DamageOutcome.Silent,
        };
        _table.Add(kind, name, outcome, refusal ?? $"{count} of {_expected.Count} entries came back, {(same ? "all as they were" : "some others")}");
    }

    private string? Recover(Superblock superblock, Action<byte[]> take)
    {
        StoreFacts facts = new();
        try
        {
            _image.Run(superblock, facts, entry => take([.. entry.Key.Span, .. entry.Encoded.Span, (byte)(entry.Removes ? 1 : 0)]));
            foreach (Fact fact in facts.Standing())
            {
                take([(byte)fact.Kind, .. BitConverter.GetBytes(fact.Number), .. fact.Payload.Span]);
            }

            return null;
        }
        catch (StoreRefusal refusal)
        {
            return refusal.Message;
        }
    }

    [GeneratedRegex(" is damaged at offset [0-9]+: ")]
    private static partial Regex PlaceOf();
}
