namespace Aspire.Dashboard.Alerting;

/// <summary>What a rule finds at one resource.</summary>
/// <param name="Target">The resource's name.</param>
/// <param name="Value">Null where there is only a state.</param>
/// <param name="Unit">Of the value.</param>
/// <param name="IsMet">Whether the rule's condition is.</param>
/// <param name="Words">The state where there is no value.</param>
public sealed record AlertReading(string Target, double? Value, string Unit, bool IsMet, string Words = "");
