using System.Globalization;
using System.Text;
using KvStore.Client;
using KvStore.Web.Display;

namespace KvStore.Web.Keys;

/// <summary>A value while it is edited: as text, or as hexadecimal digits where it is none.</summary>
public sealed class KeyDraft
{
    private const double TtlSecondsMax = 10L * 365 * 24 * 3600;

    public string Text { get; set; } = "";

    public bool IsHex { get; set; }

    /// <summary>Seconds; empty for ever.</summary>
    public string Ttl { get; set; } = "";

    /// <summary>The value that it began with; a version that is null stores only where there is none.</summary>
    public string? Version { get; private init; }

    /// <returns>Null if the value is too long to be edited here.</returns>
    public static KeyDraft? Of(KvValue? value, DateTimeOffset now)
    {
        if (value is null)
        {
            return new KeyDraft();
        }

        if (value.Bytes.Length > KeyLimits.EditBytesMax)
        {
            return null;
        }

        string? text = ValuePicture.WholeText(value.Bytes.Span);
        return new KeyDraft
        {
            Text = text ?? Convert.ToHexStringLower(value.Bytes.Span),
            IsHex = text is null,
            Ttl = value.ExpiresAt is { } end ? Math.Max(1, Math.Ceiling((end - now).TotalSeconds)).ToString(CultureInfo.InvariantCulture) : "",
            Version = value.Version,
        };
    }

    /// <summary>The same edit, to be made of what is stored now.</summary>
    public KeyDraft Over(KvValue? theirs) => new() { Text = Text, IsHex = IsHex, Ttl = Ttl, Version = theirs?.Version };

    /// <returns>What is wrong with it, for people; null if nothing is.</returns>
    public string? Read(out ReadOnlyMemory<byte> value, out TimeSpan? ttl)
    {
        value = default;
        ttl = null;
        if (!string.IsNullOrWhiteSpace(Ttl))
        {
            if (!double.TryParse(Ttl, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double seconds) || seconds is not (> 0 and <= TtlSecondsMax))
            {
                return $"'{Ttl}' is no number of seconds above 0.";
            }

            ttl = TimeSpan.FromSeconds(seconds);
        }

        if (!IsHex)
        {
            value = Encoding.UTF8.GetBytes(Text);
        }
        else
        {
            string digits = string.Concat(Text.Where(character => !char.IsWhiteSpace(character)));
            if (digits.Length % 2 != 0 || !digits.All(char.IsAsciiHexDigit))
            {
                return "Bytes are pairs of hexadecimal digits, such as 00 ff.";
            }

            value = Convert.FromHexString(digits);
        }

        return value.Length > KeyLimits.EditBytesMax
            ? $"Values of more than {Figures.Bytes(KeyLimits.EditBytesMax)} are not stored from here."
            : null;
    }
}
