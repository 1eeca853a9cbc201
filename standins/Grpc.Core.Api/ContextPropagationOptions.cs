namespace Grpc.Core;

/// <summary>What of a server call its <see cref="ContextPropagationToken"/> passes on.</summary>
public class ContextPropagationOptions
{
    /// <summary>Passes on everything.</summary>
    public static readonly ContextPropagationOptions Default = new();

    /// <summary>Chooses what to pass on.</summary>
    public ContextPropagationOptions(bool propagateDeadline = true, bool propagateCancellation = true)
    {
        IsPropagateDeadline = propagateDeadline;
        IsPropagateCancellation = propagateCancellation;
    }

    /// <summary>Whether the child call ends no later than its parent's deadline.</summary>
    public bool IsPropagateDeadline { get; }

    /// <summary>Whether the child call is cancelled with its parent.</summary>
    public bool IsPropagateCancellation { get; }
}
