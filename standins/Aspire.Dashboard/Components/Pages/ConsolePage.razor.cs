using Aspire.Dashboard.Components.Parts;
using Aspire.Dashboard.Feed;
using Aspire.Dashboard.Resources;
using Microsoft.AspNetCore.Components;

namespace Aspire.Dashboard.Components.Pages;

/// <summary>What resources write to their consoles, the newest last.</summary>
public sealed partial class ConsolePage : LivePage
{
    private const int WrappedLinesMax = 500;

    private List<ConsoleText> _lines = [];
    private ResourceState? _state;

    // The first line that came while it was paused: the gap is shown before it.
    private ConsoleText? _gap;
    private ConsoleText? _lastBeforePause;

    [SupplyParameterFromQuery(Name = "resource")]
    private string? Resource { get; set; }

    [SupplyParameterFromQuery(Name = "text")]
    private string? Text { get; set; }

    [SupplyParameterFromQuery(Name = "times")]
    private string? Times { get; set; }

    [SupplyParameterFromQuery(Name = "wrap")]
    private string? Wrap { get; set; }

    [Inject]
    internal ResourceBoard Board { get; set; } = null!;

    [Inject]
    internal AppHostLink Link { get; set; } = null!;

    protected override long Version => Board.ConsoleVersion + Board.Version;

    private bool HasTimes => Times != "off";

    private bool IsWrapped => Wrap == "on";

    private int Waiting => Math.Max(0, Board.Console(_state?.Id).Count(Wants) - _lines.Count);

    private string DownloadAddress => "/api/console" + (_state is null ? "" : $"?resource={Uri.EscapeDataString(_state.Id)}");

    protected override void Load()
    {
        _state = Resource is null ? null : Board.All.FirstOrDefault(state => state.Id == Resource || state.Name == Resource);
        _lines = [.. Board.Console(_state?.Id).Where(Wants)];
    }

    private void PauseOrGoOn()
    {
        if (!IsPaused)
        {
            _lastBeforePause = _lines.LastOrDefault();
        }

        TogglePause();
        if (!IsPaused)
        {
            var next = _lastBeforePause is null ? 0 : _lines.LastIndexOf(_lastBeforePause) + 1;
            _gap = next < _lines.Count ? _lines[next] : null;
        }
    }

    private void Clear()
    {
        Board.ClearConsole(_state?.Id);
        Load();
    }

    private bool Wants(ConsoleText line) => Text is null || line.Text.Contains(Text, StringComparison.OrdinalIgnoreCase);

    private string NameOf(string id) => Board.All.FirstOrDefault(state => state.Id == id) is { } state
        ? Board.All.Count(other => other.Name == state.Name) > 1 ? state.Id : state.Name
        : id;
}
