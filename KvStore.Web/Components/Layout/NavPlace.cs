using System.Collections.Immutable;

namespace KvStore.Web.Components.Layout;

/// <summary>A page that every page leads to.</summary>
/// <param name="Path">Its address.</param>
/// <param name="Name">What it is called.</param>
/// <param name="Icon">Its picture.</param>
/// <param name="Key">The key of the keyboard that opens it.</param>
internal sealed record NavPlace(string Path, string Name, string Icon, string Key)
{
    public static readonly ImmutableArray<NavPlace> All =
    [
        new("/", "Overview", "overview", "o"),
        new("/ring", "Ring", "ring", "r"),
        new("/keys", "Keys", "keys", "k"),
        new("/follow", "Follow", "follow", "f"),
        new("/slots", "Slots", "slots", "s"),
        new("/members", "Members", "members", "m"),
        new("/events", "Events", "events", "e"),
        new("/operate", "Operate", "operate", "p"),
    ];
}
