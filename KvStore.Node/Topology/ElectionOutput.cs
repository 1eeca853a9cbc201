using KvStore.Node.Registers;

namespace KvStore.Node.Topology;

/// <summary>
/// What a step of an election wants done. First everything durable, in one append: the Bound, the documents, the vote; then,
/// and not before that is on disk, the messages and the documents' coming into force.
/// </summary>
internal sealed class ElectionOutput
{
    /// <summary>To be raised to this; null if it is high enough.</summary>
    public Ballot? Bound { get; set; }

    /// <summary>The vote in the election of <see cref="VoteEpoch"/>; null if it stays as it is.</summary>
    public EpochVote? Vote { get; set; }

    public Epoch VoteEpoch { get; set; }

    /// <summary>Decided, in order; votes in their elections are not needed any more.</summary>
    public List<TopologyDocument> Decided { get; } = [];

    public List<ElectionMessage> Messages { get; } = [];

    /// <summary>How the proposal that was under way ended; null if it goes on, or there was none.</summary>
    public ElectionOutcome? Outcome { get; set; }

    public bool IsEmpty =>
        Bound is null && Vote is null && Decided.Count == 0 && Messages.Count == 0 && Outcome is null && Refusal is null;

    /// <summary>Documents that a peer sent and this member refused, for people; null if none.</summary>
    public string? Refusal { get; set; }
}
