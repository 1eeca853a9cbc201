namespace Aspire.Dashboard.Telemetry;

/// <summary>What a field's text stands for, so that it can be written as what it was.</summary>
public enum FieldKind
{
    Text,
    Truth,
    Whole,
    Fraction,

    /// <summary>A list, a map or bytes, as JSON.</summary>
    Nested,
}
