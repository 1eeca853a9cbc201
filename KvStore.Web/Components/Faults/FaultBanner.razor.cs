using System.Collections.Immutable;
using KvStore.Web.Faults;
using Microsoft.AspNetCore.Components;

namespace KvStore.Web.Components.Faults;

/// <summary>Says on every page that something is done to members on purpose: nobody shall look for another cause.</summary>
public sealed partial class FaultBanner
{
    // The page that undoes them lists all.
    private const int SentencesMax = 3;

    [Parameter]
    [EditorRequired]
    public required ImmutableArray<StandingFault> Faults { get; set; }

    private string Sentence => string.Join("; ", Faults.Take(SentencesMax).Select(standing => standing.Sentence))
        + (Faults.Length > SentencesMax ? $"; and {Faults.Length - SentencesMax} more." : ".");
}
