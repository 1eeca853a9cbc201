namespace Aspire.Dashboard.Telemetry;

/// <summary>An attribute of a span, a log, a point or a resource.</summary>
public readonly record struct Field(string Name, string Value, FieldKind Kind = FieldKind.Text);
