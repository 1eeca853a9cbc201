using System.Globalization;

namespace Aspire.Dashboard.Display;

/// <summary>One condition on a field; it can be switched off and kept. A field that is not there is neither equal nor contained.</summary>
public sealed record FieldFilter(string Field, FilterCondition Condition, string Value, bool IsOn = true)
{
    private const char Between = ':';
    private const char BetweenFilters = ';';

    public static readonly IReadOnlyDictionary<FilterCondition, string> Words = new Dictionary<FilterCondition, string>
    {
        [FilterCondition.Contains] = "contains",
        [FilterCondition.Equal] = "=",
        [FilterCondition.NotContains] = "does not contain",
        [FilterCondition.NotEqual] = "≠",
        [FilterCondition.Above] = ">",
        [FilterCondition.AtLeast] = "≥",
        [FilterCondition.Below] = "<",
        [FilterCondition.AtMost] = "≤",
    };

    public bool Holds(Func<string, string?> valueOf)
    {
        var found = valueOf(Field);
        return Condition switch
        {
            FilterCondition.Contains => found?.Contains(Value, StringComparison.OrdinalIgnoreCase) == true,
            FilterCondition.NotContains => found?.Contains(Value, StringComparison.OrdinalIgnoreCase) != true,
            FilterCondition.Equal => string.Equals(found, Value, StringComparison.OrdinalIgnoreCase),
            FilterCondition.NotEqual => !string.Equals(found, Value, StringComparison.OrdinalIgnoreCase),
            _ => found is not null && HoldsInOrder(Compare(found, Value)),
        };
    }

    /// <summary>As a part of an address.</summary>
    public static string? ToText(IReadOnlyCollection<FieldFilter> filters) => filters.Count == 0
        ? null
        : string.Join(BetweenFilters, filters.Select(filter => string.Join(
            Between, Uri.EscapeDataString(filter.Field), filter.Condition, Uri.EscapeDataString(filter.Value), filter.IsOn ? "on" : "off")));

    /// <summary>What cannot be read is left out: an address may have been typed.</summary>
    public static IReadOnlyList<FieldFilter> FromText(string? text) =>
    [
        .. from part in (text ?? "").Split(BetweenFilters, StringSplitOptions.RemoveEmptyEntries)
        let fields = part.Split(Between)
        where fields.Length == 4 && Enum.TryParse<FilterCondition>(fields[1], out var condition) && Enum.IsDefined(condition)
        select new FieldFilter(Uri.UnescapeDataString(fields[0]), Enum.Parse<FilterCondition>(fields[1]), Uri.UnescapeDataString(fields[2]), fields[3] == "on"),
    ];

    private bool HoldsInOrder(int order) => Condition switch
    {
        FilterCondition.Above => order > 0,
        FilterCondition.AtLeast => order >= 0,
        FilterCondition.Below => order < 0,
        _ => order <= 0,
    };

    private static int Compare(string one, string other) =>
        double.TryParse(one, CultureInfo.InvariantCulture, out var a) && double.TryParse(other, CultureInfo.InvariantCulture, out var b)
            ? a.CompareTo(b)
            : string.Compare(one, other, StringComparison.OrdinalIgnoreCase);
}
