namespace Aspire.Hosting.ApplicationModel;

public static class KnownResourceStates
{
    public static readonly string Active = nameof(Active);
    public static readonly string Building = nameof(Building);
    public static readonly string Exited = nameof(Exited);
    public static readonly string FailedToStart = nameof(FailedToStart);
    public static readonly string Finished = nameof(Finished);
    public static readonly string NotStarted = nameof(NotStarted);
    public static readonly string Running = nameof(Running);
    public static readonly string RuntimeUnhealthy = nameof(RuntimeUnhealthy);
    public static readonly string Starting = nameof(Starting);
    public static readonly string Stopping = nameof(Stopping);
    public static readonly string ValueMissing = nameof(ValueMissing);
    public static readonly string Waiting = nameof(Waiting);

    /// <summary>Nothing runs any more, or ever did.</summary>
    public static readonly IReadOnlyList<string> TerminalStates = [Finished, FailedToStart, Exited];
}
