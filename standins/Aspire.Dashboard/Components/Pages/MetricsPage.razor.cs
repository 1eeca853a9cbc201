using System.Collections.Immutable;
using System.Globalization;
using Aspire.Dashboard.Alerting;
using Aspire.Dashboard.Components.Parts;
using Aspire.Dashboard.Display;
using Aspire.Dashboard.Telemetry;
using Microsoft.AspNetCore.Components;

namespace Aspire.Dashboard.Components.Pages;

/// <summary>One instrument of one resource over time. What is shown, the dimensions that are left out too, is in the address.</summary>
public sealed partial class MetricsPage : TelemetryPage
{
    private const int RowsMax = 20;

    private static readonly int[] Spans = [1, 5, 15, 30, 60, 180, 360, 720];

    private ImmutableArray<TelemetryResource> _resources = [];
    private TelemetryResource? _resource;
    private List<Instrument> _instruments = [];
    private Instrument? _instrument;
    private MetricChart _chart = new(0, 1, []);
    private bool _isOver;
    private ImmutableArray<MetricExemplar> _exemplars = [];
    private List<(string Name, List<string> Values)> _dimensions = [];
    private HashSet<(string Name, string Value)> _excluded = [];

    [SupplyParameterFromQuery(Name = "resource")]
    private string? Resource { get; set; }

    [SupplyParameterFromQuery(Name = "meter")]
    private string? Meter { get; set; }

    [SupplyParameterFromQuery(Name = "instrument")]
    private string? Name { get; set; }

    [SupplyParameterFromQuery(Name = "minutes")]
    private int? Shown { get; set; }

    [SupplyParameterFromQuery(Name = "text")]
    private string? Text { get; set; }

    /// <summary>Filters that say what is left out.</summary>
    [SupplyParameterFromQuery(Name = "dims")]
    private string? Excluded { get; set; }

    protected override long StoreVersion => Store.Metrics.Version;

    private int Minutes => Shown is { } minutes && Spans.Contains(minutes) ? minutes : Spans[1];

    /// <summary>What the chart shows.</summary>
    protected override (long From, long To) Window => _instrument is null ? base.Window : (_chart.From, _chart.To);

    protected override void Load()
    {
        var all = Store.Metrics.Instruments();
        _resources = [.. all.Select(one => one.Id.Resource).Distinct().OrderBy(one => one.Key, StringComparer.OrdinalIgnoreCase)];
        _resource = _resources.FirstOrDefault(one => Resource is not null && one.IsNamed(Resource)) ?? _resources.FirstOrDefault();
        var own = all.Where(one => one.Id.Resource == _resource).ToList();
        _instruments = own.FindAll(one => Text is null || one.Id.Name.Contains(Text, StringComparison.OrdinalIgnoreCase));
        _instrument = own.Find(one => one.Id.Name == Name && (Meter is null || one.Id.Meter == Meter))
            ?? (Name is null ? own.Find(one => one.Id.Name.EndsWith("operation.duration", StringComparison.Ordinal)) ?? own.FirstOrDefault() : null);
        if (_instrument is { } instrument)
        {
            LoadChart(instrument);
        }
    }

    private void LoadChart(Instrument instrument)
    {
        var view = View;
        var series = view.Series(instrument.Id);
        _dimensions =
        [
            .. series.SelectMany(one => one.Attributes).Select(one => one.Name).Distinct().Order(StringComparer.Ordinal)
                .Select(name => (name, series.Select(one => one.Attributes.First(name) ?? "").Distinct().Order(StringComparer.Ordinal).ToList())),
        ];
        _excluded = [.. FieldFilter.FromText(Excluded).Select(one => (one.Field, one.Value))];
        var chosen = series.Where(one => _dimensions.All(dimension => !_excluded.Contains((dimension.Name, one.Attributes.First(dimension.Name) ?? "")))).ToList();
        var (span, to) = (Minutes * 60 * UnixNanos.PerSecond, view.Until ?? Session.Now);
        var last = series.SelectMany(one => one.Points.TakeLast(1)).Select(point => point.Time).DefaultIfEmpty(to).Max();
        _isOver = last < to - span;
        to = _isOver ? last : to; // of what was imported, or has ended, the page would else be empty
        _chart = MetricChart.Of(instrument.Kind, chosen, to - span, to);
        _exemplars = [.. view.Exemplars(instrument.Id).Where(one => one.Time >= _chart.From).OrderByDescending(one => one.Time)];
    }

    private void Toggle(string name, string value)
    {
        HashSet<(string Name, string Value)> excluded = [.. _excluded];
        if (!excluded.Remove((name, value)))
        {
            excluded.Add((name, value));
        }

        Show(("dims", FieldFilter.ToText([.. excluded.Select(one => new FieldFilter(one.Name, FilterCondition.NotEqual, one.Value))])));
    }

    private static string SaveAddressOf(Instrument instrument) =>
        $"/api/telemetry/metrics?limit=1500&resource={Uri.EscapeDataString(instrument.Id.Resource.Key)}&instrument={Uri.EscapeDataString(instrument.Id.Name)}";

    private static string AlertAddressOf(Instrument instrument) =>
        $"/alerts?edit=new&subject={SubjectOf(instrument.Kind)}&resource={Uri.EscapeDataString(instrument.Id.Resource.Service)}&instrument={Uri.EscapeDataString(instrument.Id.Name)}";

    private static AlertSubject SubjectOf(InstrumentKind kind) => kind switch
    {
        InstrumentKind.Counter => AlertSubject.MetricRate,
        InstrumentKind.Histogram => AlertSubject.MetricP99,
        _ => AlertSubject.MetricValue,
    };

    private string AddressOf(Instrument instrument) => Navigation.GetUriWithQueryParameters("/metrics", new Dictionary<string, object?>
    {
        ["resource"] = instrument.Id.Resource.Key,
        ["meter"] = instrument.Id.Meter,
        ["instrument"] = instrument.Id.Name,
        ["minutes"] = Minutes.ToString(CultureInfo.InvariantCulture),
        ["text"] = Text,
    });
}
