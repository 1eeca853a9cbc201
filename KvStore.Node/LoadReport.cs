using KvStore.Node.Peers;

namespace KvStore.Node;

/// <summary>How much a member has to do, and what it has done about it since start.</summary>
/// <param name="OperationsLimit">Clients' operations that it lets in at once now.</param>
/// <param name="OperationsRefused">Those it did not let in.</param>
/// <param name="InputsWaiting">What waits for its lanes now.</param>
/// <param name="HedgesSent">Reads and prepares sent to the rest because those asked first took long.</param>
/// <param name="HedgesWon">Phases that the answer to one ended.</param>
/// <param name="HedgesDenied">Times that the budget allowed none.</param>
/// <param name="Probes">Requests to replicas out of favour.</param>
/// <param name="ExpiredInOutbox">Requests to others dropped before they left, because their time was over.</param>
/// <param name="ExpiredAtReplica">Requests of others dropped before they were taken up.</param>
/// <param name="ExpiredHanded">Operations handed over by others, likewise.</param>
/// <param name="ExpiredOperations">Clients' operations of which nothing had left.</param>
/// <param name="Ranks">Of every member that was asked, this one's own replica included.</param>
internal sealed record LoadReport(
    PeerLoad Current,
    int OperationsLimit,
    long OperationsRefused,
    int InputsWaiting,
    long HedgesSent,
    long HedgesWon,
    long HedgesDenied,
    long Probes,
    long ExpiredInOutbox,
    long ExpiredAtReplica,
    long ExpiredHanded,
    long ExpiredOperations,
    IReadOnlyList<RankReport> Ranks);
