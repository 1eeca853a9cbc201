namespace KvStore.Node.Registers;

/// <summary>What a change did, and the state it left or found.</summary>
/// <param name="State">The state after the change; the one found where nothing changed; null for a key never written.</param>
/// <param name="Existed">Whether the key had a value before.</param>
/// <param name="Number">The new number, for an increment that was applied; the new length, for an append.</param>
internal readonly record struct ChangeResult(ChangeOutcome Outcome, RegisterState? State, bool Existed, long Number = 0)
{
    /// <summary>What was there before, where the change asked for that (<see cref="Change.AnswersBefore"/>) and was applied; else null.</summary>
    public RegisterState? Before { get; init; }

    public StateVersion Version => State?.Version ?? StateVersion.None;
}
