namespace KvStore.Web.Keys;

/// <summary>What became of an edit.</summary>
/// <param name="Lost">Set if the value had changed meanwhile; then the report says so.</param>
public sealed record KeyEditOutcome(KeyReport Report, KeyLostRace? Lost = null);
