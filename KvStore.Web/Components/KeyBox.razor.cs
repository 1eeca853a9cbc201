using System.Globalization;
using KvStore.Client;
using KvStore.Web.Cluster;
using KvStore.Web.Keys;
using Microsoft.AspNetCore.Components;

namespace KvStore.Web.Components;

/// <summary>Puts, gets and deletes a key, and looks up where it lives; one thing at a time.</summary>
public sealed partial class KeyBox : BusyComponent
{
    // What one message of the circuit carries, with room to spare: longer values are for clients.
    private const int KeyCharactersMax = 1000;
    private const int ValueCharactersMax = 8000;
    private const double TtlSecondsMax = 10L * 365 * 24 * 3600;

    private string _key = "";
    private string _value = "";
    private string _level = "quorum";
    private string _through = "";
    private string _ttl = "";
    private string _reportedKey = "";
    private KeyReport? _report;

    [Parameter]
    [EditorRequired]
    public required ClusterSnapshot Snapshot { get; set; }

    /// <summary>Where the key lives, after every operation.</summary>
    [Parameter]
    public EventCallback<KeyWhere> OnLocated { get; set; }

    [Inject]
    internal KeyOperations Operations { get; set; } = null!;

    private int Replication => Snapshot.Topology?.Replication ?? 0;

    private Task RunAsync(KeyAction action) => AloneAsync(async () =>
    {
        if (!TryReadTtl(out TimeSpan? ttl))
        {
            _report = KeyReport.Refused($"'{_ttl}' is no number of seconds above 0.");
            return;
        }

        KeyRequest request = Request(ttl);
        _report = await Operations.RunAsync(action, request);
        _reportedKey = request.Key;
        if (request.Key.Length > 0)
        {
            await OnLocated.InvokeAsync(await Operations.LocateAsync(request));
        }
    });

    private Task LocateAsync() => AloneAsync(async () =>
    {
        _report = null;
        await OnLocated.InvokeAsync(await Operations.LocateAsync(Request(ttl: null)));
    });

    private KeyRequest Request(TimeSpan? ttl) =>
        new(_key, _value, ttl, Consistency.Parse(_level), _through.Length == 0 ? null : new Uri(_through));

    private bool TryReadTtl(out TimeSpan? ttl)
    {
        ttl = null;
        if (string.IsNullOrWhiteSpace(_ttl))
        {
            return true;
        }

        if (!double.TryParse(_ttl, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double seconds)
            || seconds is not (> 0 and <= TtlSecondsMax))
        {
            return false;
        }

        ttl = TimeSpan.FromSeconds(seconds);
        return true;
    }
}
