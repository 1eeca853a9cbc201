namespace KvStore.Node.Migration;

/// <summary>How fast slots move to their next owners.</summary>
/// <param name="BytesPerSecondMax">That one member takes over, at most (<see cref="TransferPace"/>); 0: no limit.</param>
/// <param name="PageCountMax">Records in a page, at most: what is read and taken over at once, which clients wait behind, and then paid for.</param>
/// <param name="LookInterval">Between two looks at whether anything has to move.</param>
internal sealed record TransferSettings(long BytesPerSecondMax, int PageCountMax, TimeSpan LookInterval)
{
    public static readonly TransferSettings Default = new(32 * 1024 * 1024, 256, TimeSpan.FromMilliseconds(500));

    /// <summary>
    /// Between two members that begin with the same change, where clients go first. At first each computes and asks for the same, which
    /// together takes all of the processors that they share, and of those whom they ask.
    /// </summary>
    public TimeSpan TurnTime { get; init; } = TimeSpan.FromMilliseconds(300);

    /// <summary>After a question for digests, which are much to compute and to compare, where clients go first.</summary>
    public TimeSpan QuestionRest { get; init; } = TimeSpan.FromMilliseconds(25);

    /// <summary>Whether clients go first.</summary>
    public bool IsLimited => BytesPerSecondMax > 0;
}
