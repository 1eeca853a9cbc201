using KvStore.Web.Display;
using Microsoft.AspNetCore.Components;

namespace KvStore.Web.Components.Keys;

/// <summary>A value, looked at in the way that says most or in another that is possible.</summary>
public sealed partial class ValueView
{
    private ValueLook? _chosen;
    private ValueLook _best;
    private HashSet<ValueLook> _possible = [];
    private ReadOnlyMemory<byte>? _seen;

    [Parameter]
    [EditorRequired]
    public required ReadOnlyMemory<byte> Value { get; set; }

    private ValueLook Look => _chosen is { } chosen && _possible.Contains(chosen) ? chosen : _best;

    protected override void OnParametersSet()
    {
        if (_seen is { } seen && seen.Equals(Value))
        {
            return;
        }

        _seen = Value;
        _best = ValuePicture.BestFor(Value.Span);
        _possible = [.. Enum.GetValues<ValueLook>().Where(look => ValuePicture.Of(Value.Span, look) is not null)];
    }

    private static string NameOf(ValueLook look) => look switch
    {
        ValueLook.Text => "text",
        ValueLook.Json => "JSON",
        ValueLook.Hex => "bytes",
        _ => throw new InvalidOperationException($"Unknown look {look}."),
    };
}
