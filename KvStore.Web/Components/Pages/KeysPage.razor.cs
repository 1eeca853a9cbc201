using KvStore.Client;
using KvStore.Web.Cluster;
using KvStore.Web.Keys;
using Microsoft.AspNetCore.Components;

namespace KvStore.Web.Components.Pages;

/// <summary>Keys to browse, and one of them with all that is known of it. Which ones is in the address.</summary>
public sealed partial class KeysPage
{
    // A key of as many bytes as there can be, all of them escaped.
    private const int TypedMax = 4 * KeyLimits.KeyBytesMax;

    private KvKey _prefix;
    private KvKey? _key;
    private KeyWhere? _where;
    private string _typedPrefix = "";
    private string _typedKey = "";
    private string? _problem;
    private string? _keyProblem;
    private int _changes;
    private (string? Prefix, string? Key)? _read;

    [CascadingParameter]
    public required ClusterSnapshot Snapshot { get; set; }

    /// <summary>What the keys listed begin with, see <see cref="KeyText"/>.</summary>
    [SupplyParameterFromQuery]
    public string? Prefix { get; set; }

    /// <summary>The key shown, see <see cref="KeyText"/>.</summary>
    [SupplyParameterFromQuery]
    public string? Key { get; set; }

    [Inject]
    private NavigationManager Navigation { get; set; } = null!;

    // A new snapshot sets parameters too; what was typed meanwhile must stay.
    protected override void OnParametersSet()
    {
        if (_read == (Prefix, Key))
        {
            return;
        }

        _read = (Prefix, Key);
        _prefix = Read(Prefix, isKey: false, out _problem) ?? default;
        _typedPrefix = Prefix ?? "";
        KvKey? key = string.IsNullOrEmpty(Key) ? null : Read(Key, isKey: true, out _keyProblem);
        _typedKey = Key ?? "";
        _where = key == _key ? _where : null;
        _key = key;
    }

    private static KvKey? Read(string? text, bool isKey, out string? problem)
    {
        byte[]? bytes = KeyText.Parse(text ?? "", out string unread);
        problem = bytes is null ? unread
            : isKey || bytes.Length > 0 ? KeyLimits.Problem(bytes.Length)
            : null;
        return problem is null ? new KvKey(bytes) : (KvKey?)null;
    }

    private void GoToPrefix()
    {
        if (Read(_typedPrefix, isKey: false, out _problem) is { } prefix)
        {
            Navigation.NavigateTo(_key is { } key ? KeyAddress.Of(key, prefix) : KeyAddress.OfPrefix(prefix));
        }
    }

    private void GoToKey()
    {
        if (Read(_typedKey, isKey: true, out _keyProblem) is { } key)
        {
            Navigation.NavigateTo(KeyAddress.Of(key, _prefix));
        }
    }

    private void Locate(KeyWhere where) => _where = where;
}
