using KvStore.Web.Slots;
using Microsoft.AspNetCore.Components;
using Microsoft.JSInterop;

namespace KvStore.Web.Components.Slots;

/// <summary>The square of all slots as a picture that can be pointed at and brushed, with the mouse or the keyboard.</summary>
public sealed partial class SlotHeatMap : IAsyncDisposable
{
    private ElementReference _root;
    private IJSObjectReference? _script;
    private DotNetObjectReference<SlotHeatMap>? _self;
    private byte[]? _painted;
    private SlotBrush? _shown;

    /// <summary>Places in <see cref="HeatPalette"/>, one a slot; another array where something has changed.</summary>
    [Parameter]
    [EditorRequired]
    public required byte[] Colors { get; set; }

    [Parameter]
    [EditorRequired]
    public required string Label { get; set; }

    [Parameter]
    public SlotBrush? Brush { get; set; }

    /// <summary>The pointer or the focus is on a slot.</summary>
    [Parameter]
    public EventCallback<int> OnPoint { get; set; }

    /// <summary>Slots were brushed; null for none.</summary>
    [Parameter]
    public EventCallback<SlotBrush?> OnBrush { get; set; }

    [Inject]
    private IJSRuntime Script { get; set; } = null!;

    [JSInvokable]
    public Task PointAsync(int slot) => IsSlot(slot) ? OnPoint.InvokeAsync(slot) : Task.CompletedTask;

    [JSInvokable]
    public Task BrushAsync(int from, int to) => IsSlot(from) && IsSlot(to) ? OnBrush.InvokeAsync(new SlotBrush(from, to)) : Task.CompletedTask;

    [JSInvokable]
    public Task ClearAsync() => OnBrush.InvokeAsync(null);

    public async ValueTask DisposeAsync()
    {
        try
        {
            if (_script is { } script)
            {
                await script.InvokeVoidAsync("detach", _root);
                await script.DisposeAsync();
            }
        }
        catch (JSDisconnectedException)
        {
            // The browser has forgotten it already.
        }

        _self?.Dispose();
    }

    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        try
        {
            if (firstRender)
            {
                IJSObjectReference script = await Script.InvokeAsync<IJSObjectReference>("import", $"./{Assets["slots.js"]}");
                _self = DotNetObjectReference.Create(this);
                await script.InvokeVoidAsync("attach", _root, _self);
                _script = script;
            }

            await ShowAsync();
        }
        catch (JSDisconnectedException)
        {
            // Nobody looks any more.
        }
    }

    private async Task ShowAsync()
    {
        if (_script is { } script && !ReferenceEquals(_painted, Colors))
        {
            _painted = Colors;
            await script.InvokeVoidAsync("paint", _root, Convert.ToBase64String(Colors), HeatPalette.Dark, HeatPalette.Light);
        }

        if (_script is not null && _shown != Brush)
        {
            _shown = Brush;
            await _script.InvokeVoidAsync("brush", _root, Brush?.First ?? -1, Brush?.Last ?? -1);
        }
    }

    // What a browser says is not to be trusted.
    private static bool IsSlot(int number) => number is >= 0 and < SlotSquare.Count;
}
