using System.Text;
using KvStore.Client;
using KvStore.Web.Cluster;
using KvStore.Web.Follow;
using KvStore.Web.Keys;
using Microsoft.AspNetCore.Components;

namespace KvStore.Web.Components.Pages;

/// <summary>Runs a request and shows its way: as it happens, and slowly again afterwards.</summary>
public sealed partial class FollowPage : IDisposable
{
    private static readonly TimeSpan StepTime = TimeSpan.FromMilliseconds(700);

    private readonly CancellationTokenSource _gone = new();
    private bool _isPlaying;
    private int _plays;
    private FollowRun? _run;
    private string _key = "";
    private string _value = "";
    private string _level = "quorum";
    private string _through = "";
    private string? _problem;
    private string? _asked;
    private string _what = "get";
    private int _step;

    [CascadingParameter]
    public required ClusterSnapshot Snapshot { get; set; }

    /// <summary>The key to begin with, see <see cref="KeyText"/>.</summary>
    [SupplyParameterFromQuery]
    public string? Key { get; set; }

    [Inject]
    internal FollowedRequests Requests { get; set; } = null!;

    [Inject]
    internal DashboardLinks Dashboard { get; set; } = null!;

    [Inject]
    internal TimeProvider Time { get; set; } = null!;

    private bool IsPut => _what == "put";

    public void Dispose()
    {
        Stop();
        _gone.Cancel();
        _gone.Dispose();
    }

    protected override void OnParametersSet()
    {
        if (_asked != Key)
        {
            _asked = Key;
            _key = Key ?? _key;
        }
    }

    private async Task RunAsync()
    {
        byte[]? key = KeyText.Parse(_key, out string unread);
        _problem = key is null ? unread : KeyLimits.Problem(key.Length);
        if (_problem is not null)
        {
            return;
        }

        Stop();
        _step = 0;
        Consistency level = Consistency.Parse(_level);
        BatchOperation operation = IsPut
            ? BatchOperation.Put(key!, Encoding.UTF8.GetBytes(_value), consistency: level)
            : BatchOperation.Get(key!, level);
        string title = $"{_what} {KeyText.Shown(key!)} at {_level}";
        Uri? through = _through.Length == 0 ? null : new Uri(_through);
        try
        {
            await Requests.RunAsync(title, operation, through, run => _ = InvokeAsync(() => Show(run)), _gone.Token);
        }
        catch (OperationCanceledException) when (_gone.IsCancellationRequested)
        {
            // Nobody looks any more.
        }
    }

    private void Show(FollowRun run)
    {
        _run = run;
        _step = run.Events.Length;
        StateHasChanged();
    }

    private void Go(int step)
    {
        Stop();
        _step = Math.Clamp(step, 0, _run?.Events.Length ?? 0);
    }

    private async Task PlayAsync()
    {
        if (_isPlaying)
        {
            Stop();
            return;
        }

        // Whoever stops it, or begins anew, makes this play an old one.
        int play = ++_plays;
        _isPlaying = true;
        int steps = _run!.Events.Length;
        _step = _step >= steps ? 0 : _step;
        while (_step < steps && play == _plays)
        {
            StateHasChanged();
            try
            {
                await Task.Delay(StepTime, Time, _gone.Token);
            }
            catch (OperationCanceledException) when (_gone.IsCancellationRequested)
            {
                return;
            }

            _step += play == _plays ? 1 : 0;
        }

        _isPlaying &= play != _plays;
    }

    private void Stop()
    {
        _plays++;
        _isPlaying = false;
    }

    private static string SaidOf(FollowRun run, FollowFrame frame) => frame.Now is { } now
        ? FollowWords.Of(now)
        : $"{run.Begun!.Coordinator} takes it up.";
}
