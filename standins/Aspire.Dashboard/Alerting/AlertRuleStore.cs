using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Aspire.Dashboard.Alerting;

/// <summary>
/// The rules: those that are built in, as they were changed, and those that were added. Kept in a file beside the telemetry where
/// that is kept, else in memory.
/// </summary>
internal sealed class AlertRuleStore
{
    public const int RulesMax = 100;

    private const string FileName = "alerts.json";
    private const string UnreadableName = "alerts.unreadable.json";

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        WriteIndented = true,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Converters = { new JsonStringEnumConverter() },
    };

    private readonly Lock _sync = new();
    private ImmutableArray<AlertRule> _rules;

    /// <param name="directory">Null to keep them in memory.</param>
    public AlertRuleStore(string? directory)
    {
        Path = directory is null ? null : System.IO.Path.Combine(directory, FileName);
        var kept = Read();
        _rules = [.. BuiltInRules.All.Select(rule => kept.FirstOrDefault(one => one.Id == rule.Id) ?? rule), .. kept.Where(rule => BuiltInRules.Find(rule.Id) is null)];
    }

    /// <summary>Null for rules that are in memory only.</summary>
    public string? Path { get; }

    /// <summary>What was wrong with the file when it was last used; null if nothing.</summary>
    public string? Problem { get; private set; }

    /// <summary>Those that are built in first.</summary>
    public ImmutableArray<AlertRule> All
    {
        get
        {
            lock (_sync)
            {
                return _rules;
            }
        }
    }

    /// <summary>Adds a rule, or puts it in the place of the one with its id.</summary>
    /// <returns>Why it was not taken, as a sentence; null if it was.</returns>
    public string? Put(AlertRule rule)
    {
        lock (_sync)
        {
            var index = IndexOf(rule.Id);
            if ((rule.Problem ?? (index < 0 && _rules.Length >= RulesMax ? $"There are {RulesMax} rules, and no more than that." : null)) is { } problem)
            {
                return problem;
            }

            _rules = index < 0 ? _rules.Add(rule) : _rules.SetItem(index, rule);
            Write();
            return null;
        }
    }

    /// <summary>Removes a rule that was added; one that is built in becomes what it was.</summary>
    public void Remove(string id)
    {
        lock (_sync)
        {
            var index = IndexOf(id);
            if (index >= 0)
            {
                _rules = BuiltInRules.Find(id) is { } builtIn ? _rules.SetItem(index, builtIn) : _rules.RemoveAt(index);
                Write();
            }
        }
    }

    private int IndexOf(string id) => _rules.IndexOf(_rules.FirstOrDefault(rule => rule.Id == id)!);

    private ImmutableArray<AlertRule> Read()
    {
        try
        {
            if (Path is null || !File.Exists(Path))
            {
                return [];
            }

            var rules = JsonSerializer.Deserialize<ImmutableArray<AlertRule>>(File.ReadAllBytes(Path), Json);
            return [.. rules.Where(rule => rule.Problem is null).DistinctBy(rule => rule.Id).Take(RulesMax)];
        }
        catch (Exception e) when (e is JsonException or IOException or UnauthorizedAccessException)
        {
            Problem = $"Rules of before cannot be read: {e.Message}";
            SetAside();
            return [];
        }
    }

    /// <summary>What somebody wrote into it by hand is not written over.</summary>
    private void SetAside()
    {
        try
        {
            File.Move(Path!, System.IO.Path.Combine(System.IO.Path.GetDirectoryName(Path)!, UnreadableName), overwrite: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            Problem += $" It cannot be set aside either: {e.Message}";
        }
    }

    private void Write()
    {
        if (Path is null)
        {
            return;
        }

        try
        {
            Directory.CreateDirectory(System.IO.Path.GetDirectoryName(Path)!);
            var next = Path + ".next";
            File.WriteAllBytes(next, JsonSerializer.SerializeToUtf8Bytes(_rules, Json));
            File.Move(next, Path, overwrite: true);
            Problem = null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            Problem = $"Rules are not kept: {e.Message}";
        }
    }
}
