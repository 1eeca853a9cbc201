using System.Globalization;
using KvStore.Web.Cluster;
using KvStore.Web.Display;
using KvStore.Web.Slots;
using Microsoft.AspNetCore.Components;

namespace KvStore.Web.Components.Pages;

/// <summary>All slots at a glance: what they hold, what is asked of them, and which keys that is.</summary>
public sealed partial class SlotsPage : IDisposable
{
    // More members are counted and not named.
    private const int NamesMax = 8;

    private IDisposable? _looking;
    private SlotMap? _map;
    private SlotMeasure _measure;
    private HeatScale _scale = HeatScale.Of([], isWhole: true);
    private byte[] _colors = new byte[SlotSquare.Count];
    private SlotBrush? _brush;
    private int _pointed;
    private bool _isTableOpen;

    [CascadingParameter]
    public required ClusterSnapshot Snapshot { get; set; }

    /// <summary>The measure drawn: keys, bytes, reads or writes.</summary>
    [SupplyParameterFromQuery]
    public string? By { get; set; }

    /// <summary>A corner of the slots brushed.</summary>
    [SupplyParameterFromQuery]
    public string? From { get; set; }

    /// <summary>The corner across.</summary>
    [SupplyParameterFromQuery]
    public string? To { get; set; }

    [Inject]
    internal SlotWatch Watch { get; set; } = null!;

    [Inject]
    private NavigationManager Navigation { get; set; } = null!;

    private string Sentence => _map switch
    {
        null => "Asking the members …",
        { Told.IsEmpty: true } => "No member answers.",
        { Silent: [] } map => $"{Figures.Count((long)map.Keys.Sum())} keys, {Figures.Bytes((long)map.Bytes.Sum())}; "
            + $"{Figures.Rate(map.Reads.Sum())} reads/s and {Figures.Rate(map.Writes.Sum())} writes/s, as all members count them.",
        { } map => $"{Figures.Count((long)map.Keys.Sum())} keys, as {(map.Told.Length <= NamesMax ? string.Join(", ", map.Told) : $"{map.Told.Length} members")} tell; "
            + $"{string.Join(", ", map.Silent)} did not answer, and what clients ask through there is missing.",
    };

    public void Dispose()
    {
        Watch.Changed -= Refresh;
        _looking?.Dispose();
    }

    protected override void OnInitialized()
    {
        _measure = Enum.TryParse(By, ignoreCase: true, out SlotMeasure asked) && Enum.IsDefined(asked) ? asked : SlotMeasure.Keys;
        if (SlotOf(From) is { } from)
        {
            _brush = new SlotBrush(from, SlotOf(To) ?? from);
            _pointed = _brush.First;
        }

        // The page that is drawn before there is a circuit is looked at by nobody yet.
        if (RendererInfo.IsInteractive)
        {
            Watch.Changed += Refresh;
            _looking = Watch.Look();
            Draw(Watch.Latest);
        }
    }

    private static int? SlotOf(string? text) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int slot) && slot < SlotSquare.Count ? slot : null;

    private static bool IsRate(SlotMeasure measure) => measure is SlotMeasure.Reads or SlotMeasure.Writes;

    private static string WordsOf(SlotMeasure measure) => measure switch
    {
        SlotMeasure.Keys => "keys",
        SlotMeasure.Bytes => "bytes of keys and values",
        SlotMeasure.Reads => "reads a second",
        SlotMeasure.Writes => "writes a second",
        _ => throw new InvalidOperationException($"Unknown measure {measure}."),
    };

    // Comes on a thread of the watch; the circuit's own draws.
    private void Refresh() => _ = InvokeAsync(() =>
    {
        Draw(Watch.Latest);
        StateHasChanged();
    });

    private void Draw(SlotMap? map)
    {
        _map = map;
        if (map is not null)
        {
            _scale = HeatScale.Of(map.Of(_measure), isWhole: !IsRate(_measure));
            _colors = [.. map.Of(_measure).Select(figure => (byte)_scale.ColorOf(_scale.StepOf(figure)))];
        }
    }

    private void Measure(SlotMeasure measure)
    {
        _measure = measure;
        Draw(_map);
        Keep();
    }

    private void Point(int slot) => _pointed = slot;

    private void Mark(SlotBrush? brush)
    {
        _brush = brush;
        Keep();
    }

    // What is shown is in the address: it is the same when it is loaded again, and can be sent to somebody.
    private void Keep() => Navigation.NavigateTo(
        Navigation.GetUriWithQueryParameters(new Dictionary<string, object?>
        {
            ["by"] = _measure == SlotMeasure.Keys ? null : _measure.ToString().ToLowerInvariant(),
            ["from"] = _brush?.First,
            ["to"] = _brush?.Last,
        }),
        replace: true);

    private string FigureOf(double figure) => _measure switch
    {
        SlotMeasure.Keys => Figures.Count((long)figure),
        SlotMeasure.Bytes => Figures.Bytes((long)figure),
        SlotMeasure.Reads or SlotMeasure.Writes => $"{Figures.Rate(figure)}/s",
        _ => throw new InvalidOperationException($"Unknown measure {_measure}."),
    };
}
