namespace KvStore.Node.Coordination;

/// <summary>Work that somebody outside gives to a lane, which begins it there.</summary>
internal abstract class LaneCall : PendingCall
{
    /// <param name="toRound">Takes operations that need a round.</param>
    public abstract void Begin(LaneScope lane, Action<Operation> toRound);

    /// <summary>The lane will not begin it: this member does not vote.</summary>
    public abstract void Refuse();
}
