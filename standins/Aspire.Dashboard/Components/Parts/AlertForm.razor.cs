using Aspire.Dashboard.Alerting;
using Aspire.Dashboard.Display;
using Aspire.Dashboard.Resources;
using Aspire.Dashboard.Telemetry;
using Microsoft.AspNetCore.Components;

namespace Aspire.Dashboard.Components.Parts;

/// <summary>A rule as it is written, and what it has done.</summary>
public sealed partial class AlertForm : ComponentBase
{
    private static readonly (AlertSubject Subject, string Words)[] Subjects =
    [
        (AlertSubject.MetricValue, "the value of a metric"),
        (AlertSubject.MetricRate, "the rate of a metric"),
        (AlertSubject.MetricP99, "the P99 of a metric"),
        (AlertSubject.Logs, "logs a minute"),
        (AlertSubject.FailedSpans, "spans with errors a minute"),
        (AlertSubject.ResourceUnhealthy, "a resource that is not healthy"),
        (AlertSubject.ResourceNotRunning, "a resource that does not run"),
    ];

    private AlertRule? _taken;
    private string _name = "";
    private AlertSubject _subject;
    private string? _instrument;
    private string? _dimension;
    private FilterCondition _condition;
    private string? _dimensionValue;
    private string? _resource;
    private LogLevel _level;
    private bool _isBelow;
    private double _threshold;
    private int _hold;
    private string? _problem;

    [Parameter]
    [EditorRequired]
    public required AlertRule Rule { get; set; }

    [Parameter]
    public bool IsNew { get; set; }

    /// <summary>Of this rule, the newest first.</summary>
    [Parameter]
    public IReadOnlyList<AlertChange> History { get; set; } = [];

    [Parameter]
    public EventCallback OnClose { get; set; }

    [Inject]
    internal AlertBoard Board { get; set; } = null!;

    [Inject]
    internal TelemetryStore Store { get; set; } = null!;

    [Inject]
    internal ResourceBoard Known { get; set; } = null!;

    private IEnumerable<string> Metrics => Store.Metrics.Instruments().Where(IsFitting).Select(one => one.Id.Name).Distinct().Order(StringComparer.Ordinal);

    private IEnumerable<string> Dimensions => Store.Metrics.Instruments().Where(one => one.Id.Name == _instrument).Take(1)
        .SelectMany(one => Store.Metrics.Series(one.Id)).SelectMany(series => series.Attributes).Select(attribute => attribute.Name).Distinct().Order(StringComparer.Ordinal);

    private IEnumerable<string> Resources => Draft.IsOfResource
        ? Known.All.Where(state => !state.IsHidden).Select(state => state.Id)
        : Store.Resources.All.Select(resource => resource.Service).Distinct().Order(StringComparer.OrdinalIgnoreCase);

    private string Unit => _subject switch
    {
        AlertSubject.Logs or AlertSubject.FailedSpans => "a minute",
        AlertSubject.MetricRate when Store.Metrics.Instruments().Any(one => one.Id.Name == _instrument && one.Kind == InstrumentKind.Histogram) => "a second",
        _ => Figures.Unit(Store.Metrics.Instruments().FirstOrDefault(one => one.Id.Name == _instrument)?.Unit ?? "")
            + (_subject == AlertSubject.MetricRate ? " a second" : ""),
    };

    private AlertRule Draft => Rule with
    {
        Name = _name.Trim(),
        Subject = _subject,
        Resource = Text(_resource),
        Instrument = _subject <= AlertSubject.MetricP99 ? Text(_instrument) : null,
        Dimension = _subject <= AlertSubject.MetricP99 && Text(_dimension) is { } dimension ? new FieldFilter(dimension, _condition, _dimensionValue ?? "") : null,
        Level = _level,
        IsBelow = _isBelow,
        Threshold = _threshold,
        HoldSeconds = _hold,
    };

    protected override void OnParametersSet()
    {
        // The page draws itself anew while somebody types.
        if (_taken?.Id == Rule.Id)
        {
            return;
        }

        _taken = Rule;
        (_name, _subject, _resource, _instrument) = (Rule.Name, Rule.Subject, Rule.Resource, Rule.Instrument);
        (_dimension, _condition, _dimensionValue) = (Rule.Dimension?.Field, Rule.Dimension?.Condition ?? FilterCondition.Equal, Rule.Dimension?.Value);
        (_level, _isBelow, _threshold, _hold, _problem) = (Rule.Level, Rule.IsBelow, Rule.Threshold, Rule.HoldSeconds, null);
    }

    private bool IsFitting(Instrument instrument) => _subject switch
    {
        AlertSubject.MetricValue => instrument.Kind is InstrumentKind.Gauge or InstrumentKind.UpDownCounter,
        AlertSubject.MetricRate => instrument.Kind is InstrumentKind.Counter or InstrumentKind.Histogram,
        _ => instrument.Kind == InstrumentKind.Histogram,
    };

    private async Task Save()
    {
        _problem = Board.Rules.Put(Draft);
        if (_problem is null)
        {
            await OnClose.InvokeAsync();
        }
    }

    private Task RemoveAsync()
    {
        Board.Rules.Remove(Rule.Id);
        return OnClose.InvokeAsync();
    }

    private static string? Text(string? text) => string.IsNullOrWhiteSpace(text) ? null : text.Trim();
}
