namespace KvStore.Node.Convergence;

/// <summary>How alike this member's replicas and those of the others were when they were last compared.</summary>
internal sealed record AgreementReport(IReadOnlyList<PeerComparison> Peers, IReadOnlyList<RangeAgreement> Ranges);
