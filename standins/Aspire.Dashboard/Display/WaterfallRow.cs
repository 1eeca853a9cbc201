using System.Collections.Immutable;
using Aspire.Dashboard.Telemetry;

namespace Aspire.Dashboard.Display;

/// <summary>A span's line in the waterfall.</summary>
/// <param name="Depth">0 for a root.</param>
/// <param name="Hidden">How many spans below it are folded away; 0 if it is unfolded.</param>
/// <param name="Left">Where its bar begins, as a part of the trace.</param>
/// <param name="Width">How long its bar is, as a part of the trace.</param>
/// <param name="IsOrphan">It has a parent, which has not arrived.</param>
/// <param name="IsSkewed">It begins before its parent: their clocks differ.</param>
/// <param name="Peer">Whom it called, where nobody there told of it; null otherwise.</param>
/// <param name="Logs">Where logs of it were written.</param>
public sealed record WaterfallRow(
    SpanRecord Span,
    int Depth,
    bool HasChildren,
    int Hidden,
    double Left,
    double Width,
    bool IsOrphan,
    bool IsSkewed,
    string? Peer,
    ImmutableArray<LogMark> Logs);
