namespace KvStore.Client;

/// <summary>What a member repaired in a minute for one reason with one other.</summary>
/// <param name="Kind"><c>read</c>: a read taught the other what it had missed; <c>comparison</c>: the two held keys differently.</param>
/// <param name="Member">Name of the other.</param>
/// <param name="From">When the minute began, by the clock of the member that tells it.</param>
/// <param name="Last">When the last of these repairs was.</param>
/// <param name="Keys">That were repaired.</param>
/// <param name="Slots">That these keys belong to.</param>
public sealed record RepairSum(string Kind, string Member, DateTimeOffset From, DateTimeOffset Last, int Keys, int Slots);
