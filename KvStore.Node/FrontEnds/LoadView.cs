using KvStore.Node.Ring;

namespace KvStore.Node.FrontEnds;

/// <summary>How much a member has to do, as clients see it.</summary>
internal static class LoadView
{
    public static Protocol.LoadStatus Of(LoadReport load, MemberId self) => new()
    {
        OperationsLimit = load.OperationsLimit,
        OperationsRefused = load.OperationsRefused,
        InputsWaiting = load.InputsWaiting,
        WaitMilliseconds = load.Current.WaitMilliseconds,
        DiskMilliseconds = load.Current.DiskMilliseconds,
        HedgesSent = load.HedgesSent,
        HedgesWon = load.HedgesWon,
        HedgesDenied = load.HedgesDenied,
        Probes = load.Probes,
        ExpiredInOutbox = load.ExpiredInOutbox,
        ExpiredAtReplica = load.ExpiredAtReplica,
        ExpiredHanded = load.ExpiredHanded,
        ExpiredOperations = load.ExpiredOperations,
        RankMilliseconds = load.Ranks.FirstOrDefault(rank => rank.Member == self)?.Milliseconds ?? 0,
    };
}
