using System.Collections.Immutable;
using KvStore.Web.Display;
using KvStore.Web.Slots;
using Microsoft.AspNetCore.Components;

namespace KvStore.Web.Components.Slots;

/// <summary>The keys that are asked for most.</summary>
public sealed partial class HottestKeys
{
    [Parameter]
    [EditorRequired]
    public required ImmutableArray<HotKeyRate> Keys { get; set; }

    // Members count a bounded number of keys; where that made a count inexact, both of its ends are told.
    private static string RateOf(HotKeyRate key) => Figures.Rate(key.Least) == Figures.Rate(key.Most)
        ? Figures.Rate(key.Least)
        : $"{Figures.Rate(key.Least)} to {Figures.Rate(key.Most)}";
}
