using Aspire.Dashboard.Telemetry;

namespace Aspire.Dashboard.Display;

/// <summary>A log on the waterfall.</summary>
/// <param name="Left">As a part of the trace.</param>
public sealed record LogMark(LogRecord Log, double Left);
