namespace KvStore.Node.Membership;

/// <summary>What a step of the detector wants done: messages to send, and changes to tell people about.</summary>
internal sealed class DetectorOutput
{
    public List<GossipMessage> Messages { get; } = [];

    public List<LivenessChange> Changes { get; } = [];
}
