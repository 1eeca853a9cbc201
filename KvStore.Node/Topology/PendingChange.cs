namespace KvStore.Node.Topology;

/// <summary>What a change of members waits for, for people. Pure.</summary>
internal static class PendingChange
{
    /// <param name="isMoved">Whether the next owners hold what they must.</param>
    /// <returns>Empty where nothing is under way.</returns>
    public static string Describe(TopologyDocument document, bool isMoved) => document switch
    {
        { LetIn.Count: > 0 } =>
            $"let in at epoch {document.Epoch}, to own slots as soon as they are linked to the others: {string.Join(", ", document.LetIn.Select(member => member.Name))}",
        { Next: null } => string.Join(
            "; ", document.Members.Where(member => member.Successor.Length > 0).Select(member => $"{member.Successor} takes the place of {member.Name} when it is started")),
        _ when isMoved => "the change of owners is about to be completed",
        _ => "the change of owners stays joint until a majority of the next owners of every slot that moves has taken it over",
    };
}
