using KvStore.Node.Ring;

namespace KvStore.Node.Membership;

/// <summary>
/// What somebody says of a member. Claims about one member are totally ordered by incarnation, then by
/// <see cref="Liveness"/>, and everyone keeps the highest: whatever the order they arrive in, all end with the same.
/// </summary>
/// <param name="Incarnation">
/// Only the member itself raises it: to refute, and at every start, because its boot count is the upper half. 0 where nothing
/// was ever heard of it.
/// </param>
/// <param name="By">Who says so, to tell independent suspicions apart.</param>
internal readonly record struct LivenessClaim(MemberId Member, Liveness Liveness, long Incarnation, MemberId By)
{
    /// <summary>Higher ones are garbage: nobody refutes two thousand million times in one life.</summary>
    public const long IncarnationMax = long.MaxValue >> 1;

    private const int RefutationBits = 31;

    /// <summary>The first incarnation of a member's life.</summary>
    public static long IncarnationOfBoot(long bootCount) => bootCount << RefutationBits;

    public bool Overrides(in LivenessClaim held) =>
        Incarnation > held.Incarnation || (Incarnation == held.Incarnation && Liveness > held.Liveness);
}
