namespace KvStore.Node.Storage;

/// <summary>
/// How far a pass has come. A page may be asked for again by its cursor. After a restart of the store, or when the pass was
/// forgotten (<see cref="OpenPasses"/>), it begins anew, which its promise allows.
/// </summary>
/// <param name="Boot">The opening of the store it belongs to; 0 for a pass that begins.</param>
/// <param name="Pass">The pass among those of that opening.</param>
/// <param name="Address">Records below were passed.</param>
/// <param name="Moved">Keys of the pass's list that were passed, once its end was reached.</param>
internal readonly record struct PassCursor(long Boot, long Pass, long Address, int Moved)
{
    public static readonly PassCursor Start = default;
}
