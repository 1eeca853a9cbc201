using System.Globalization;
using KvStore.Client;
using KvStore.Web.Display;
using KvStore.Web.Keys;
using Microsoft.AspNetCore.Components;

namespace KvStore.Web.Components.Keys;

/// <summary>Reads a key and edits it, one thing at a time.</summary>
public sealed partial class KeyPanel
{
    private KeyReading? _reading;
    private KeyDraft? _draft;
    private KeyEditOutcome? _outcome;
    private KvKey _shown;
    private bool _isBusy;

    [Parameter]
    [EditorRequired]
    public required KvKey Key { get; set; }

    /// <summary>Where the key lives, whenever that was looked up.</summary>
    [Parameter]
    public EventCallback<KeyWhere> OnLocated { get; set; }

    /// <summary>The key was stored or deleted.</summary>
    [Parameter]
    public EventCallback OnChanged { get; set; }

    [Inject]
    internal KeyEdits Edits { get; set; } = null!;

    [Inject]
    internal TimeProvider Time { get; set; } = null!;

    protected override async Task OnParametersSetAsync()
    {
        if (_shown != Key && RendererInfo.IsInteractive)
        {
            _shown = Key;
            _reading = null;
            _draft = null;
            _outcome = null;
            _isBusy = false;
            await ReadAsync();
        }
    }

    private Task ReadAsync() => AloneAsync(() =>
    {
        _outcome = null;
        return Task.CompletedTask;
    });

    private void Edit()
    {
        _outcome = null;
        _draft = KeyDraft.Of(_reading!.Value, Time.GetUtcNow());
        if (_draft is null)
        {
            _outcome = new KeyEditOutcome(KeyReport.Refused(
                $"A value of more than {Figures.Bytes(KeyLimits.EditBytesMax)} is not edited here: a client can."));
        }
    }

    private Task StoreAsync() => AloneAsync(async () =>
    {
        if (_draft!.Read(out ReadOnlyMemory<byte> value, out TimeSpan? ttl) is { } problem)
        {
            _outcome = new KeyEditOutcome(KeyReport.Refused(problem));
            return;
        }

        KeyDraft draft = _draft;
        await EndAsync(await Edits.StoreAsync(Key, value, ttl, draft.Version));
    });

    private Task DeleteAsync() => AloneAsync(async () => await EndAsync(await Edits.DeleteAsync(Key, _reading!.Value!.Version)));

    private Task IncrementAsync(long by) => AloneAsync(async () => await EndAsync(await Edits.IncrementAsync(Key, by)));

    // On what is stored now, as it was shown: if that has changed again, it is said again.
    private Task InsistAsync(KeyLostRace lost) => AloneAsync(async () =>
    {
        if (lost.Mine is null)
        {
            await EndAsync(lost.Theirs is { } theirs ? await Edits.DeleteAsync(Key, theirs.Version) : null);
            return;
        }

        TimeSpan? ttl = null;
        _draft = _draft?.Over(lost.Theirs);
        _ = _draft?.Read(out _, out ttl);
        await EndAsync(await Edits.StoreAsync(Key, lost.Mine.Value, ttl, lost.Theirs?.Version));
    });

    private Task KeepTheirsAsync() => AloneAsync(() => EndAsync(null));

    private async Task EndAsync(KeyEditOutcome? outcome)
    {
        _outcome = outcome;
        if (outcome is null or { Lost: null, Report.Tone: ReportTone.Done or ReportTone.Nothing })
        {
            _draft = null;
            await OnChanged.InvokeAsync();
        }
    }

    /// <summary>Whatever was done, what is there afterwards is read.</summary>
    private async Task AloneAsync(Func<Task> work)
    {
        if (_isBusy)
        {
            return;
        }

        KvKey key = Key;
        _isBusy = true;
        try
        {
            await work();
            KeyReading reading = await Edits.ReadAsync(key);
            KeyWhere where = await Edits.LocateAsync(key);
            if (key == _shown)
            {
                _reading = reading;
                await OnLocated.InvokeAsync(where);
            }
        }
        finally
        {
            _isBusy &= key != _shown;
        }
    }

    private string ExpiryOf(KvValue value) => value.ExpiresAt is { } end
        ? $"in {Figures.Elapsed(end - Time.GetUtcNow())}, at {end.UtcDateTime.ToString("u", CultureInfo.InvariantCulture)}"
        : "never";
}
