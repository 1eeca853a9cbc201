namespace KvStore.Web.Cluster;

/// <summary>One thing a member says of itself.</summary>
/// <param name="Meaning">What it means, for who asks.</param>
/// <param name="IsTrouble">Whether it is not as it should be.</param>
internal sealed record Fact(string Name, string Value, string Meaning, bool IsTrouble = false);
