using Aspire.Dashboard.Components.Parts;
using Aspire.Dashboard.Display;
using Aspire.Dashboard.Telemetry;
using Microsoft.AspNetCore.Components;

namespace Aspire.Dashboard.Components.Pages;

/// <summary>Traces, the newest first. What is shown is in the address.</summary>
public sealed partial class TracesPage : TelemetryPage
{
    private const int NamesFrom = 50;

    private IReadOnlyList<FieldFilter> _filters = [];
    private List<TraceView> _found = [];
    private int _all;
    private long _longest = 1;

    [SupplyParameterFromQuery(Name = "resource")]
    private string? Resource { get; set; }

    [SupplyParameterFromQuery(Name = "text")]
    private string? Text { get; set; }

    [SupplyParameterFromQuery(Name = "errors")]
    private bool ErrorsOnly { get; set; }

    [SupplyParameterFromQuery(Name = "filters")]
    private string? Filters { get; set; }

    protected override long StoreVersion => Store.Traces.Version;

    private IEnumerable<string> FieldNames => TraceQuery.Known.Concat(
        _found.Take(NamesFrom).SelectMany(trace => trace.Spans).SelectMany(span => span.Attributes).Select(one => one.Name).Distinct().Order());

    private string ExportAddress =>
        "/api/telemetry/traces?limit=10000" + (Resource is null ? "" : $"&resource={Uri.EscapeDataString(Resource)}");

    protected override void Load()
    {
        _filters = FieldFilter.FromText(Filters);
        var traces = View.Traces();
        _all = traces.Length;
        _found = new TraceQuery(Resource, Text ?? "", ErrorsOnly, _filters).Run(traces);
        _longest = Math.Max(1, _found.Count == 0 ? 1 : _found.Max(trace => trace.Duration));
    }
}
