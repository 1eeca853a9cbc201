namespace KvStore.Node.Storage;

/// <summary>
/// The first failure of a store's files, which is final: after it nothing is reported durable, and no write is tried again,
/// because after a failed sync nobody knows what the disk holds.
/// </summary>
internal sealed class FailStop
{
    private readonly Lock _gate = new();
    private Action<StoreFailure>? _handler;

    private volatile StoreFailure? _first;

    public StoreFailure? First => _first;

    /// <summary>What is not final: whether the disk is full at the moment.</summary>
    public DiskRoom Room { get; } = new();

    public void Start(Action<StoreFailure> handler)
    {
        StoreFailure? already;
        lock (_gate)
        {
            _handler = handler;
            already = _first;
        }

        if (already is not null)
        {
            handler(already);
        }
    }

    /// <param name="path">The file it happened to.</param>
    public void Raise(string path, Exception exception) =>
        Raise(new StoreFailure(DiskError.IsDiskFull(exception), $"{path}: {exception.Message}"));

    public void Raise(StoreFailure failure)
    {
        Action<StoreFailure>? handler;
        lock (_gate)
        {
            if (_first is not null)
            {
                return;
            }

            _first = failure;
            handler = _handler;
        }

        handler?.Invoke(failure);
    }
}
