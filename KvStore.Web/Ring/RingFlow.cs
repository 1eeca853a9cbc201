namespace KvStore.Web.Ring;

/// <summary>What moves, or would move, from one member to another.</summary>
/// <param name="From">Name of who gives it up.</param>
/// <param name="To">Name of who takes it over.</param>
/// <param name="Bytes">Of keys and values.</param>
/// <param name="Words">The same for people.</param>
public sealed record RingFlow(string From, string To, long Bytes, string Words);
