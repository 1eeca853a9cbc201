using System.Collections.Immutable;
using Aspire.Dashboard.Components.Parts;
using Aspire.Dashboard.Display;
using Aspire.Dashboard.Feed;
using Aspire.Dashboard.Resources;
using Microsoft.AspNetCore.Components;

namespace Aspire.Dashboard.Components.Pages;

/// <summary>The application's resources, and what can be done to them. Without an AppHost, who has sent telemetry.</summary>
public sealed partial class ResourcesPage : LivePage
{
    private readonly HashSet<string> _busy = [];
    private ImmutableArray<ResourceState> _all = [];
    private ImmutableArray<ResourceState> _shown = [];
    private List<ResourceRow> _rows = [];
    private ImmutableHashSet<string> _folded = [];
    private ImmutableDictionary<string, int> _unread = [];
    private ResourceState? _selected;
    private CommandOutcome? _outcome;
    private (ResourceState State, ResourceCommand Command)? _asked;

    [SupplyParameterFromQuery(Name = "text")]
    private string? Text { get; set; }

    [SupplyParameterFromQuery(Name = "type")]
    private string? Type { get; set; }

    [SupplyParameterFromQuery(Name = "state")]
    private string? State { get; set; }

    [SupplyParameterFromQuery(Name = "view")]
    private string? View { get; set; }

    [SupplyParameterFromQuery(Name = "selected")]
    private string? Selected { get; set; }

    [Inject]
    internal ResourceBoard Board { get; set; } = null!;

    [Inject]
    internal AppHostLink Link { get; set; } = null!;

    [Inject]
    internal Telemetry.TelemetryStore Store { get; set; } = null!;

    [Inject]
    internal UnreadErrors Unread { get; set; } = null!;

    protected override long Version => Board.Version + Store.Logs.Version + (Link.IsConnected ? 1 : 0);

    private bool IsGraph => View == "graph";

    private string Summary => Link.Exists
        ? $"{_all.Count(one => one.State == "Running")} of {_all.Length} running"
        : $"{Store.Resources.All.Length} sending";

    protected override void Load()
    {
        _all = [.. Board.All.Where(state => !state.IsHidden)];
        _unread = Unread.Counts();
        _shown =
        [
            .. _all.Where(state => (Type is null || state.Type == Type)
                && (State is null || state.State == State)
                && (Text is null
                    || state.Name.Contains(Text, StringComparison.OrdinalIgnoreCase)
                    || state.Urls.Any(url => url.Url.Contains(Text, StringComparison.OrdinalIgnoreCase)))),
        ];
        _rows = ResourceRow.Of(_shown, _folded);
        _selected = Selected is null ? null : _all.FirstOrDefault(state => state.Id == Selected || state.Name == Selected);
    }

    private void Select(ResourceState? state) => Show(("selected", state is null || state.Id == _selected?.Id ? null : state.Id));

    private void Fold(ResourceState state)
    {
        _folded = _folded.Contains(state.Id) ? _folded.Remove(state.Id) : _folded.Add(state.Id);
        Load();
    }

    private Task AskAsync((ResourceCommand Command, ResourceState State) one) => AskAsync(one.Command, one.State);

    private Task AskAsync(ResourceCommand command, ResourceState state)
    {
        if (command.Confirmation is null)
        {
            return RunAsync(state, command);
        }

        _asked = (state, command);
        return Task.CompletedTask;
    }

    private async Task RunAsync(ResourceState state, ResourceCommand command)
    {
        _asked = null;
        if (!_busy.Add(state.Id))
        {
            return;
        }

        try
        {
            var outcome = await Link.RunAsync(state.Id, command.Name, CancellationToken.None);
            _outcome = outcome with
            {
                Message = $"{command.DisplayName} {state.Name}: {outcome.Message ?? (outcome.Succeeded ? "done." : "failed.")}",
            };
        }
        finally
        {
            _busy.Remove(state.Id);
        }
    }

    private string NameOf(ResourceState state) => _all.Count(one => one.Name == state.Name) > 1 ? state.Id : state.Name;

    private static string SourceOf(ResourceState state) =>
        state.Properties.FirstOrDefault(property => property.Name is "project.path" or "executable.path")?.Value ?? "";

    private static string ShortSourceOf(ResourceState state) => Path.GetFileName(SourceOf(state));

    internal static string IconOf(ResourceCommand command) => command.Name switch
    {
        var name when name.EndsWith("restart", StringComparison.Ordinal) => "restart",
        var name when name.EndsWith("start", StringComparison.Ordinal) => "play",
        var name when name.EndsWith("stop", StringComparison.Ordinal) => "stop",
        "plan-leave" => "plan",
        "leave" or "replace" => command.Name,
        _ => "command",
    };
}
