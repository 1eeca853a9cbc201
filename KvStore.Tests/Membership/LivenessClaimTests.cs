using KvStore.Node.Membership;
using KvStore.Node.Ring;

namespace KvStore.Tests.Membership;

public sealed class LivenessClaimTests
{
    private static readonly MemberId A = MemberId.FromName(ClusterId.FromName("test"), "a");
    private static readonly MemberId B = MemberId.FromName(ClusterId.FromName("test"), "b");

    [Theory]
    [InlineData(Liveness.Suspect, 1, Liveness.Alive, 1, true)]
    [InlineData(Liveness.Dead, 1, Liveness.Suspect, 1, true)]
    [InlineData(Liveness.Alive, 2, Liveness.Dead, 1, true)]
    [InlineData(Liveness.Alive, 1, Liveness.Suspect, 1, false)]
    [InlineData(Liveness.Dead, 1, Liveness.Alive, 2, false)]
    [InlineData(Liveness.Suspect, 1, Liveness.Suspect, 1, false)]
    internal void A_claim_overrides_by_incarnation_then_by_liveness(Liveness liveness, long incarnation, Liveness held, long heldIncarnation, bool overrides) =>
        Assert.Equal(overrides, new LivenessClaim(A, liveness, incarnation, A).Overrides(new LivenessClaim(A, held, heldIncarnation, B)));

    [Fact]
    public void Whatever_the_order_of_claims_the_same_one_remains()
    {
        LivenessClaim[] claims =
        [
            .. from incarnation in Enumerable.Range(0, 3)
               from liveness in Enum.GetValues<Liveness>()
               select new LivenessClaim(A, liveness, incarnation, B),
        ];
        LivenessClaim highest = new(A, Liveness.Dead, 2, B);
        Random random = new(1);
        for (int round = 0; round < 200; round++)
        {
            random.Shuffle(claims);
            Assert.Equal(highest, claims.Aggregate((held, next) => next.Overrides(held) ? next : held));
        }
    }

    [Fact]
    public void A_later_life_overrides_all_refutations_of_the_one_before()
    {
        long later = LivenessClaim.IncarnationOfBoot(8);
        Assert.True(new LivenessClaim(A, Liveness.Alive, later, A).Overrides(new LivenessClaim(A, Liveness.Dead, later - 1, B)));
        Assert.True(LivenessClaim.IncarnationOfBoot(7) + 1_000_000_000 < later);
    }
}
