namespace Aspire.Dashboard.Display;

/// <summary>How a field is compared.</summary>
public enum FilterCondition
{
    Contains,
    Equal,
    NotContains,
    NotEqual,
    Above,
    AtLeast,
    Below,
    AtMost,
}
