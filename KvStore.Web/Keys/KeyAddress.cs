using KvStore.Client;

namespace KvStore.Web.Keys;

/// <summary>Addresses of the page of keys.</summary>
public static class KeyAddress
{
    private const string Page = "/keys";

    /// <summary>Where a key is shown.</summary>
    public static string Of(KvKey key, KvKey prefix = default) => Of(KeyText.Of(prefix), KeyText.Of(key));

    /// <summary>Where the keys below a prefix are listed.</summary>
    public static string OfPrefix(KvKey prefix) => Of(KeyText.Of(prefix), "");

    private static string Of(string prefix, string key) => (prefix, key) switch
    {
        ("", "") => Page,
        (_, "") => $"{Page}?prefix={Uri.EscapeDataString(prefix)}",
        ("", _) => $"{Page}?key={Uri.EscapeDataString(key)}",
        _ => $"{Page}?prefix={Uri.EscapeDataString(prefix)}&key={Uri.EscapeDataString(key)}",
    };
}
