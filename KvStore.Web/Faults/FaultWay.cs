namespace KvStore.Web.Faults;

/// <summary>Between whom a fault is, or would be, as a line of the ring.</summary>
/// <param name="One">Name of one of them; which is no matter.</param>
/// <param name="Other">Name of the other.</param>
/// <param name="Path">From disc to disc.</param>
/// <param name="IsOn">Whether the fault is on; else it is only chosen.</param>
internal sealed record FaultWay(string One, string Other, string Path, bool IsOn);
