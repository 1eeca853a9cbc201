namespace KvStore.Web.Cluster;

/// <summary>How one member sees another.</summary>
/// <param name="Tone">"good", "warn", "bad", or empty where nobody says.</param>
/// <param name="Word">In one word.</param>
/// <param name="RoundTrip">There and back; null where it is not known.</param>
/// <param name="Detail">The whole of it, for who asks.</param>
internal sealed record Sight(string Tone, string Word, TimeSpan? RoundTrip, string Detail);
