using KvStore.Client;
using KvStore.Web.Display;
using KvStore.Web.Keys;
using KvStore.Web.Slots;
using Microsoft.AspNetCore.Components;

namespace KvStore.Web.Components.Slots;

/// <summary>The keys of some slots, in pages; sorted by size they tell the biggest of those listed.</summary>
public sealed partial class BrushedKeys
{
    private const int PageLength = 100;
    private const int ShownMax = 1_000;

    private readonly List<KvEntry> _entries = [];
    private ReadOnlyMemory<byte> _cursor;
    private SlotBrush? _listed;
    private string? _failure;
    private bool _bySize;
    private bool _isBusy;

    [Parameter]
    [EditorRequired]
    public required SlotBrush? Brush { get; set; }

    [Parameter]
    public EventCallback OnClear { get; set; }

    [Inject]
    internal KeyListings Listings { get; set; } = null!;

    private bool HasMore => Brush is not null && !_cursor.IsEmpty;

    private IEnumerable<KvEntry> Sorted => _bySize ? _entries.OrderByDescending(entry => entry.ValueLength) : _entries;

    private string Said
    {
        get
        {
            string slots = Brush!.Words;
            return (_isBusy, _entries.Count) switch
            {
                (true, 0) => $"Listing the keys of {slots} …",
                (_, 0) => $"No key in {slots}.",
                (_, 1) => $"1 key in {slots}.",
                (_, var count) => $"{(HasMore ? "The first " : "")}{Figures.Count(count)} keys in {slots}{(HasMore ? "; there are more" : "")}.",
            };
        }
    }

    protected override async Task OnParametersSetAsync()
    {
        if (_listed != Brush)
        {
            _listed = Brush;
            _entries.Clear();
            _cursor = default;
            _failure = null;
            if (Brush is not null)
            {
                await MoreAsync();
            }
        }
    }

    private async Task MoreAsync()
    {
        SlotBrush asked = Brush!;
        _isBusy = true;
        KeyPage page = await Listings.PageAsync(default, _cursor, PageLength, asked.Spans);
        if (_listed != asked)
        {
            return; // something else was brushed meanwhile, and is being listed
        }

        _isBusy = false;
        _failure = page.Failure;
        _entries.AddRange(page.Entries);
        _cursor = page.Failure is null ? page.Cursor : _cursor;
    }
}
