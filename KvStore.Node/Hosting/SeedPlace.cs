namespace KvStore.Node.Hosting;

/// <summary>An address at which a seed may be.</summary>
/// <param name="Address">"http://host:port".</param>
/// <param name="MustAnswer">Whether somebody is known to belong there.</param>
/// <param name="Problem">Why there is no address after all; empty if there is.</param>
internal sealed record SeedPlace(string Address, bool MustAnswer, string Problem = "");
