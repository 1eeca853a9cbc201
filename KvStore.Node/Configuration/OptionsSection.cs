using System.Globalization;
using Microsoft.Extensions.Configuration;

namespace KvStore.Node.Configuration;

/// <summary>
/// Reads one section of the configuration key by key. Whatever is wrong is noted and the default taken, so that all problems
/// of a start are reported at once; keys that nobody read are unknown, and refused.
/// </summary>
/// <param name="path">Where the section is, as messages name it: "KvStore" or "KvStore:Members:0".</param>
/// <param name="problems">Where problems are noted, each a full sentence.</param>
internal sealed class OptionsSection(IConfiguration section, string path, List<string> problems)
{
    private readonly List<string> _known = [];

    /// <param name="text">Not null.</param>
    /// <returns>False if the text is not an allowed value.</returns>
    public delegate bool TryParse<T>(string text, out T value);

    /// <summary>"KvStore:Replication (environment KvStore__Replication)".</summary>
    public string Name(string key) => $"{path}:{key} (environment {path.Replace(":", "__", StringComparison.Ordinal)}__{key})";

    public bool IsSet(string key) => section.GetSection(key).Value is not null;

    public void Refuse(string key, string value, string reason) => problems.Add($"{Name(key)} is \"{value}\": {reason}");

    /// <param name="allowed">Completes "must be ...".</param>
    public T Read<T>(string key, T fallback, string allowed, TryParse<T> parse)
    {
        _known.Add(key);
        IConfigurationSection entry = section.GetSection(key);
        if (entry.GetChildren().Any())
        {
            problems.Add($"{Name(key)} is a section: must be {allowed}.");
            return fallback;
        }

        if (entry.Value is null)
        {
            return fallback;
        }

        if (parse(entry.Value, out T value))
        {
            return value;
        }

        Refuse(key, entry.Value, $"must be {allowed}.");
        return fallback;
    }

    /// <param name="required">Whether a missing key is a problem.</param>
    public string Text(string key, string fallback, string allowed, Func<string, bool> isAllowed, bool required = false)
    {
        if (required && !IsSet(key))
        {
            problems.Add($"{Name(key)} is missing: must be {allowed}.");
        }

        return Read(key, fallback, allowed, (string text, out string value) => isAllowed(value = text));
    }

    public int Whole(string key, int fallback, int min, int max, string note = "") =>
        Read(key, fallback, $"a whole number from {min} to {max}{note}", (string text, out int value) =>
            int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out value) && value >= min && value <= max);

    public double Fraction(string key, double fallback, double min, double max) =>
        Read(key, fallback, string.Create(CultureInfo.InvariantCulture, $"a number from {min} to {max}"), (string text, out double value) =>
            double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out value) && value >= min && value <= max);

    public bool Flag(string key, bool fallback) => Read<bool>(key, fallback, "true or false", bool.TryParse);

    public TimeSpan Time(string key, TimeSpan fallback, TimeSpan min, TimeSpan max) =>
        Read(key, fallback, $"a time with its unit (ms, s, m) from {Quantity.Of(min)} to {Quantity.Of(max)}", (string text, out TimeSpan value) =>
            Quantity.TryParseTime(text, out value) && value >= min && value <= max);

    public long Bytes(string key, long fallback, long min, long max, string note = "") =>
        Read(key, fallback, $"a number of bytes (or of KiB, MiB, GiB) from {Quantity.OfBytes(min)} to {Quantity.OfBytes(max)}{note}", (string text, out long value) =>
            Quantity.TryParseBytes(text, out value) && value >= min && value <= max);

    /// <summary>A section within this one. Whoever reads it says as well when it is read.</summary>
    public OptionsSection Section(string key)
    {
        _known.Add(key);
        IConfigurationSection inner = section.GetSection(key);
        if (!string.IsNullOrEmpty(inner.Value))
        {
            Refuse(key, inner.Value, "must be a section.");
        }

        return new OptionsSection(inner, $"{path}:{key}", problems);
    }

    /// <summary>The entries of a list, each a section of its own, in order of their numbers.</summary>
    public IReadOnlyList<OptionsSection> List(string key, string allowed)
    {
        _known.Add(key);
        IConfigurationSection list = section.GetSection(key);
        if (!string.IsNullOrEmpty(list.Value))
        {
            Refuse(key, list.Value, $"must be {allowed}.");
        }

        return [.. list.GetChildren().Select(entry => new OptionsSection(entry, $"{path}:{key}:{entry.Key}", problems))];
    }

    /// <summary>The entries of a list of texts, which may be given as one text with commas too.</summary>
    public IReadOnlyList<(string Key, string Text)> Texts(string key)
    {
        _known.Add(key);
        IConfigurationSection list = section.GetSection(key);
        return
        [
            .. (list.Value ?? "").Split([',', ' '], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Select(text => (key, text)),
            .. list.GetChildren().Select(entry => ($"{key}:{entry.Key}", entry.Value ?? "")),
        ];
    }

    /// <summary>Call last: every key read is known, every other one a problem.</summary>
    public void RefuseUnknown()
    {
        foreach (IConfigurationSection entry in section.GetChildren())
        {
            if (!_known.Contains(entry.Key, StringComparer.OrdinalIgnoreCase))
            {
                problems.Add($"{Name(entry.Key)} is not an option. The nearest is {Name(NearestWord.Of(entry.Key, _known))}.");
            }
        }
    }
}
