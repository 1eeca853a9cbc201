namespace KvStore.Node.Storage;

/// <summary>
/// Whether the store's disk is full: a state, unlike <see cref="FailStop"/>, which comes when a file cannot be made longer and
/// goes when it could be. The log's segments are written in full ahead of use, so it shows before anything appended is in doubt.
/// </summary>
internal sealed class DiskRoom
{
    private volatile StoreFailure? _log;
    private volatile StoreFailure? _data;

    /// <summary>Why no record may be appended now; null when there is room.</summary>
    public StoreFailure? Shortage => _log ?? _data;

    /// <summary>Why the log's next segment could not be made, or null.</summary>
    public StoreFailure? Log
    {
        get => _log;
        set => _log = value;
    }

    /// <summary>Why a page of the data could not be written, or null.</summary>
    public StoreFailure? Data
    {
        get => _data;
        set => _data = value;
    }
}
