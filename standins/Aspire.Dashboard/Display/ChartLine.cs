using System.Collections.Immutable;

namespace Aspire.Dashboard.Display;

/// <summary>A line of a chart: a value for each column, or none where nothing is known.</summary>
/// <param name="Name">P50, or what the one line is.</param>
public sealed record ChartLine(string Name, ImmutableArray<double?> Values);
