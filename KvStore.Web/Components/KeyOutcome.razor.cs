using KvStore.Web.Keys;
using Microsoft.AspNetCore.Components;

namespace KvStore.Web.Components;

/// <summary>What became of an operation, in words first.</summary>
public sealed partial class KeyOutcome
{
    [Parameter]
    [EditorRequired]
    public required KeyReport Report { get; set; }

    [Parameter]
    [EditorRequired]
    public required string Key { get; set; }

    private string Tone => Report.Tone switch
    {
        ReportTone.Done => "good",
        ReportTone.Nothing => "nothing",
        ReportTone.NotApplied => "bad",
        ReportTone.Unknown => "warn",
        _ => throw new InvalidOperationException($"Unknown tone {Report.Tone}."),
    };
}
