using System.Collections.Immutable;

namespace KvStore.Web.Events;

/// <summary>Something that happened in the cluster, told by one member or by many.</summary>
/// <param name="Id">The same whoever tells it.</param>
/// <param name="Time">The earliest that was told, by the clock of who told it.</param>
/// <param name="Member">Name of the member it is about; empty where it concerns all.</param>
/// <param name="Title">What happened.</param>
/// <param name="Why">Why, or what follows from it.</param>
/// <param name="Tone">"good", "warn", "bad", or empty for neither.</param>
/// <param name="ToldBy">Names of the members that tell it.</param>
public sealed record ClusterEvent(
    string Id, DateTimeOffset Time, EventKind Kind, string Member, string Title, string Why, string Tone, ImmutableArray<string> ToldBy);
