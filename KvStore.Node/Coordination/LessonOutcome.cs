namespace KvStore.Node.Coordination;

internal enum LessonOutcome
{
    /// <summary>The record, or a later one, is on the replica's disk.</summary>
    Learned,

    /// <summary>The replica's floor is not below it; a round settles the key.</summary>
    BelowFloor,

    /// <summary>No answer came in time, or a refusal that may pass.</summary>
    Unanswered,
}
