using System.Collections.Immutable;

namespace Aspire.Dashboard.Telemetry;

/// <summary>A process that sends telemetry, as it names itself.</summary>
/// <param name="Number">In the order of arrival; gives it its colour.</param>
/// <param name="Service">service.name</param>
/// <param name="Instance">service.instance.id; empty if it names none.</param>
/// <param name="Attributes">All it says of itself.</param>
public sealed record TelemetryResource(int Number, string Service, string Instance, ImmutableArray<Field> Attributes)
{
    /// <summary>Names it in addresses of pages.</summary>
    public string Key => Instance.Length == 0 ? Service : $"{Service}/{Instance}";

    /// <summary>Whether a page's filter by resource means it: by its key, or by its service for all its instances.</summary>
    public bool IsNamed(string name) =>
        string.Equals(name, Service, StringComparison.OrdinalIgnoreCase) || string.Equals(name, Key, StringComparison.OrdinalIgnoreCase);
}
