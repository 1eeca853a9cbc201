namespace KvStore.Node.Topology;

/// <summary>What came of asking one seed.</summary>
/// <param name="Address">"http://host:port".</param>
/// <param name="MustAnswer">Whether somebody is known to belong there; of a scan nobody is where nothing listens.</param>
/// <param name="IsOwn">Whether the address is this node's own; then nothing else is said.</param>
/// <param name="Node">Who answered; null if nobody did.</param>
/// <param name="Problem">Why nobody did, or why the one who did cannot be talked with; for people.</param>
internal sealed record SeedAnswer(string Address, bool MustAnswer, bool IsOwn, Acquaintance? Node, string Problem);
