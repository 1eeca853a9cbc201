namespace KvStore.Client;

/// <summary>What a member came to believe of another, or its refutation of what was said of itself.</summary>
/// <param name="Time">By the clock of the member that says so.</param>
/// <param name="Member">Name of the member it is about.</param>
/// <param name="Liveness"><c>alive</c>, <c>suspect</c> or <c>dead</c>; of the member itself <c>refuted</c>.</param>
/// <param name="Incarnation">Of the member it is about: rises with every refutation and every start.</param>
/// <param name="By">Name of the member that said so first.</param>
public sealed record LivenessChange(DateTimeOffset Time, string Member, string Liveness, long Incarnation, string By);
