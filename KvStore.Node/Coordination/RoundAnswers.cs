using KvStore.Node.Peers;
using KvStore.Node.Registers;

namespace KvStore.Node.Coordination;

/// <summary>What the operations of a round are told, and why a round failed, in the words of the replies.</summary>
internal static class RoundAnswers
{
    /// <summary>An accept of what they do leaves: from now on they may have taken effect.</summary>
    public static void Sent(IReadOnlyList<Operation> operations)
    {
        for (int i = 0; i < operations.Count; i++)
        {
            operations[i].WasSent = true;
        }
    }

    /// <summary>Of attempts that turned out to have taken effect.</summary>
    public static void Commit(IReadOnlyList<OpenAttempt> attempts)
    {
        for (int i = 0; i < attempts.Count; i++)
        {
            Commit(attempts[i].Operations, attempts[i].Results);
        }
    }

    /// <summary>Answers those that are not answered yet.</summary>
    public static void Commit(IReadOnlyList<Operation> operations, IReadOnlyList<ChangeResult> results)
    {
        for (int i = 0; i < operations.Count; i++)
        {
            if (!operations[i].IsAnswered)
            {
                operations[i].Answer(OperationResult.Committed(results[i]));
            }
        }
    }

    /// <summary>Of attempts whose fate nobody can tell any more. Their reads can still be answered from a later round.</summary>
    public static void Unknown(IReadOnlyList<OpenAttempt> attempts)
    {
        for (int i = 0; i < attempts.Count; i++)
        {
            foreach (Operation operation in attempts[i].Operations)
            {
                if (!operation.IsAnswered && !operation.IsRead)
                {
                    operation.Answer(OperationResult.Unknown(OperationFailure.Deadline));
                }
            }
        }
    }

    /// <summary>What stands in the way where a replica refused for another reason than a higher ballot.</summary>
    public static OperationFailure ObstacleOf(PeerReplyKind refusal) => refusal switch
    {
        PeerReplyKind.Overloaded => OperationFailure.Overloaded,
        PeerReplyKind.DiskFull => OperationFailure.DiskFull,
        _ => OperationFailure.QuorumUnreachable,
    };
}
