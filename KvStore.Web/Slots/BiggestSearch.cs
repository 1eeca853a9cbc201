using System.Collections.Immutable;
using KvStore.Client;
using KvStore.Web.Display;
using KvStore.Web.Keys;

namespace KvStore.Web.Slots;

/// <summary>
/// A search for the keys with the biggest values that lists as few keys as it can. No value is bigger than all that its slot
/// holds, which members know of every slot; so the fullest slots are listed first, and as soon as the least of those found is
/// as big as the whole next slot, no other can be bigger. Where values are much alike that does not come soon: the search then
/// ends at its limits and says how big any other can be. Immutable.
/// </summary>
public sealed record BiggestSearch
{
    /// <summary>Keys told.</summary>
    public const int FoundMax = 12;

    /// <summary>Keys of a page: what members give at once, for a pass over all that they hold.</summary>
    public const int PageLength = 1_000;

    /// <summary>Pages that are asked for, at most. What is found by then is told.</summary>
    public const int PagesMax = 25;

    /// <summary>Spans of slots that can be asked for at once.</summary>
    public const int SpansMax = 128;

    // The fullest first; those before the first are done with, those up to the end are being listed.
    private readonly ImmutableArray<(int Slot, double Bytes, double Keys)> _slots;
    private readonly int _first;
    private readonly int _end;

    private BiggestSearch(ImmutableArray<(int Slot, double Bytes, double Keys)> slots)
    {
        _slots = slots;
        _end = EndOf(slots, 0);
        KeysTold = (long)slots.Sum(slot => slot.Keys);
    }

    /// <summary>The biggest first.</summary>
    public ImmutableArray<KvEntry> Found { get; private init; } = [];

    /// <summary>Where the listing of <see cref="Spans"/> goes on.</summary>
    public ReadOnlyMemory<byte> Cursor { get; private init; }

    public int Pages { get; private init; }

    /// <summary>Keys that were listed.</summary>
    public long Listed { get; private init; }

    /// <summary>Keys there are, as the members said at the beginning.</summary>
    public long KeysTold { get; }

    /// <summary>The slots to be listed now, in order.</summary>
    public ImmutableArray<(int First, int Last)> Spans
    {
        get
        {
            List<(int First, int Last)> spans = [];
            foreach (int slot in _slots[_first.._end].Select(one => one.Slot).Order())
            {
                if (spans.Count > 0 && spans[^1].Last == slot - 1)
                {
                    spans[^1] = (spans[^1].First, slot);
                }
                else
                {
                    spans.Add((slot, slot));
                }
            }

            return [.. spans];
        }
    }

    /// <summary>How many bytes a value can have that was not listed; 0 if all were.</summary>
    public long OtherMax => _first < _slots.Length ? (long)_slots[_first].Bytes : 0;

    /// <summary>How many of those found are bigger than all others for certain.</summary>
    public int Certain => Found.TakeWhile(entry => entry.ValueLength >= OtherMax).Count();

    public bool IsExact => OtherMax == 0 || (Found.Length == FoundMax && Certain == FoundMax);

    public bool IsOver => IsExact || Pages >= PagesMax;

    public static BiggestSearch Of(SlotMap map) => new(
    [
        .. Enumerable.Range(0, SlotSquare.Count).Select(slot => (Slot: slot, Bytes: map.Bytes[slot], Keys: map.Keys[slot]))
            .Where(slot => slot.Bytes > 0).OrderByDescending(slot => slot.Bytes).ThenBy(slot => slot.Slot),
    ]);

    /// <summary>With what was listed of <see cref="Spans"/> from <see cref="Cursor"/> on.</summary>
    public BiggestSearch After(KeyPage page)
    {
        BiggestSearch next = this with
        {
            Found =
            [
                .. Found.Concat(page.Entries).OrderByDescending(entry => entry.ValueLength)
                    .ThenBy(entry => entry.Key.ToString(), StringComparer.Ordinal).Take(FoundMax),
            ],
            Cursor = page.Cursor,
            Pages = Pages + 1,
            Listed = Listed + page.Entries.Count,
        };
        return page.Cursor.IsEmpty ? new BiggestSearch(next, _end) : next;
    }

    /// <summary>For people: how far it has come, and what that means.</summary>
    public string Words(bool isRunning) => (isRunning, IsExact) switch
    {
        (_, true) when OtherMax == 0 => KeysTold == 0 ? "There are no keys." : Listed == 1 ? "There is one key." : $"All {Figures.Count(Listed)} keys were looked at.",
        (_, true) => $"{LookedAt}, and no other can be bigger.",
        (true, _) => $"{LookedAt} so far …",
        _ => $"{LookedAt}. {CertainWords}no other value is bigger than {Figures.Bytes(OtherMax)}.",
    };

    private string LookedAt => $"{Figures.Count(Listed)} of {Figures.Count(KeysTold)} keys were looked at, those of the fullest slots";

    private string CertainWords => Certain switch
    {
        0 => "All that is certain: ",
        1 => "The first is the biggest for certain; ",
        var count => $"The first {count} are the biggest for certain; ",
    };

    private BiggestSearch(BiggestSearch before, int first)
        : this(before)
    {
        _first = first;
        _end = EndOf(_slots, first);
    }

    // As many as are expected to fit in a page, and one in any case.
    private static int EndOf(ImmutableArray<(int Slot, double Bytes, double Keys)> slots, int first)
    {
        double keys = 0;
        int end = first;
        while (end < slots.Length && end - first < SpansMax && (end == first || keys + slots[end].Keys <= PageLength))
        {
            keys += slots[end].Keys;
            end++;
        }

        return end;
    }
}
