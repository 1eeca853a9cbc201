using KvStore.Node.Ring;

namespace KvStore.Node.Coordination;

/// <summary>What a member repaired in a minute for one reason with one other.</summary>
/// <param name="Member">That was taught, or that differed.</param>
/// <param name="From">When the minute began, in Unix milliseconds.</param>
/// <param name="Last">When the last of these repairs was, likewise.</param>
/// <param name="Slots">That these keys belong to.</param>
internal sealed record RepairSum(RepairKind Kind, MemberId Member, long From, long Last, int Keys, int Slots);
