using KvStore.Client;
using KvStore.Web.Follow;
using Microsoft.AspNetCore.Components;

namespace KvStore.Web.Components.Follow;

/// <summary>What happened to a request, with times.</summary>
public sealed partial class FollowTable
{
    [Parameter]
    [EditorRequired]
    public required FollowRun Run { get; set; }

    /// <summary>Events that the ring shows as having happened.</summary>
    [Parameter]
    [EditorRequired]
    public required int Step { get; set; }

    private static bool IsHeading(FollowEvent happened) => happened.Kind is "phase-begun" or "answered";

    private string ClassOf(int index) => index == Step - 1 ? "now" : index >= Step ? "ahead" : "";
}
