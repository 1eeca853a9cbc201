namespace KvStore.Node.Configuration;

/// <summary>What names and addresses of nodes may be.</summary>
internal static class Names
{
    public const string NameAllowed = "1 to 64 letters, digits, '.', '-' or '_', beginning with a letter or digit";
    public const string ZoneAllowed = "empty or up to 64 letters, digits, '.', '-' or '_', beginning with a letter or digit";
    public const string AddressAllowed = "http://host:port";
    public const string RespAddressAllowed = "tcp://host:port";

    private const int NameLengthMax = 64;

    public static bool IsName(string text) =>
        text.Length is > 0 and <= NameLengthMax
        && char.IsAsciiLetterOrDigit(text[0])
        && text.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '.' or '-' or '_');

    public static bool IsZone(string text) => text.Length == 0 || IsName(text);

    /// <param name="address">In one spelling, so that equal addresses compare as such.</param>
    public static bool TryParseAddress(string text, out string address) => TryParseAddress(text, "http", out address);

    /// <param name="address">Of the Redis protocol; likewise.</param>
    public static bool TryParseRespAddress(string text, out string address) => TryParseAddress(text, "tcp", out address);

    private static bool TryParseAddress(string text, string scheme, out string address)
    {
        bool isAddress = Uri.TryCreate(text, UriKind.Absolute, out Uri? parsed)
            && parsed is { PathAndQuery: "/" or "", Fragment: "", UserInfo: "", Host.Length: > 0, Port: > 0 }
            && parsed.Scheme == scheme;
        address = isAddress ? $"{scheme}://{parsed!.Host}:{parsed.Port}" : "";
        return isAddress;
    }
}
