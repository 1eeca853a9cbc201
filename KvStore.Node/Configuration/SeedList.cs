using System.Globalization;

namespace KvStore.Node.Configuration;

/// <summary>Reads <see cref="NodeOptions.Seeds"/>.</summary>
internal static class SeedList
{
    public const int SeedsMax = 64;

    /// <summary>Ports of one scan.</summary>
    public const int ScanMax = 64;

    public const string Allowed = "host:port, dns:host:port or scan:host:first-last (at most 64 ports)";

    private const string NamesPrefix = "dns:";
    private const string ScanPrefix = "scan:";
    private const string SchemePrefix = "http://";

    public static IReadOnlyList<SeedOptions> Read(OptionsSection section)
    {
        List<SeedOptions> seeds = [];
        IReadOnlyList<(string Key, string Text)> entries = section.Texts(nameof(NodeOptions.Seeds));
        foreach ((string key, string text) in entries)
        {
            if (TryParse(text, out SeedOptions? seed))
            {
                seeds.Add(seed!);
            }
            else
            {
                section.Refuse(key, text, $"must be {Allowed}.");
            }
        }

        if (entries.Count > SeedsMax)
        {
            section.Refuse(nameof(NodeOptions.Seeds), $"{entries.Count} seeds", $"must be at most {SeedsMax}.");
        }

        return seeds;
    }

    public static bool TryParse(string text, out SeedOptions? seed)
    {
        SeedKind kind = text.StartsWith(NamesPrefix, StringComparison.OrdinalIgnoreCase) ? SeedKind.Names
            : text.StartsWith(ScanPrefix, StringComparison.OrdinalIgnoreCase) ? SeedKind.Scan
            : SeedKind.Address;
        string rest = kind switch
        {
            SeedKind.Names => text[NamesPrefix.Length..],
            SeedKind.Scan => text[ScanPrefix.Length..],
            _ => text.StartsWith(SchemePrefix, StringComparison.OrdinalIgnoreCase) ? text[SchemePrefix.Length..].TrimEnd('/') : text,
        };
        seed = null;
        int colon = rest.LastIndexOf(':');
        if (colon <= 0)
        {
            return false;
        }

        string host = rest[..colon].ToLowerInvariant();
        string[] ports = rest[(colon + 1)..].Split('-');
        if (Uri.CheckHostName(host.Trim('[', ']')) == UriHostNameType.Unknown
            || ports.Length != (kind == SeedKind.Scan ? 2 : 1)
            || !TryParsePort(ports[0], out int first)
            || !TryParsePort(ports[^1], out int last)
            || last < first
            || last - first >= ScanMax)
        {
            return false;
        }

        seed = new SeedOptions(kind, host, first, last);
        return true;
    }

    private static bool TryParsePort(string text, out int port) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out port) && port is > 0 and <= ushort.MaxValue;
}
