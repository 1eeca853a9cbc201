using System.Collections.Immutable;

namespace Aspire.Dashboard.Telemetry;

/// <summary>Lookups in attributes.</summary>
public static class FieldList
{
    /// <summary>The value under the first of the names that there is; null if there is none.</summary>
    public static string? First(this ImmutableArray<Field> fields, params ReadOnlySpan<string> names)
    {
        foreach (var name in names)
        {
            foreach (var field in fields)
            {
                if (field.Name == name)
                {
                    return field.Value;
                }
            }
        }

        return null;
    }

    /// <summary>One text for equal attributes, whatever their order: names a series of a metric.</summary>
    public static string Identity(this ImmutableArray<Field> fields) => string.Join(
        '\u0001', fields.Select(field => $"{field.Name}\u0002{field.Value}").Order(StringComparer.Ordinal));
}
