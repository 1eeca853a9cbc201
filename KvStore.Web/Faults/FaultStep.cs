using KvStore.Client;

namespace KvStore.Web.Faults;

/// <summary>What is asked of one member.</summary>
/// <param name="Member">Its name.</param>
/// <param name="Order">Null where its process is to end.</param>
internal sealed record FaultStep(string Member, NetworkFaultOrder? Order);
