using KvStore.Node.Topology;

namespace KvStore.Node;

/// <summary>What came of asking for a change of members.</summary>
/// <param name="Preview">Where it is planned, begun or unknown.</param>
/// <param name="Reason">For people; empty where it is planned or begun.</param>
internal sealed record ChangeAnswer(ChangeVerdict Verdict, ChangePreview? Preview, string Reason = "");
