namespace KvStore.Node.Storage.Faster;

/// <summary>The readers of passes that stopped between two pages, each where its pass goes on. Any thread.</summary>
internal sealed class KeptPassReaders(DataLog log, IReadOnlyList<LaneRecords> lanes) : IDisposable
{
    /// <summary>Kept at once, at most, because each may hold a page of the log; beyond it the one unused for longest is given up.</summary>
    public const int KeptMax = 4;

    private readonly Lock _gate = new();

    /// <summary>The one used last comes last.</summary>
    private readonly List<PassReader> _kept = [];

    /// <returns>The pass's reader, if it stands there, or a new one. It is the caller's now.</returns>
    public PassReader Take(OpenPass pass, long address)
    {
        PassReader? reader = Remove(pass);
        if (reader is not null && reader.StandsAt(address))
        {
            return reader;
        }

        reader?.Dispose();
        return new PassReader(log, lanes, pass, address);
    }

    public void Keep(PassReader reader)
    {
        PassReader? longestUnused = null;
        lock (_gate)
        {
            _kept.Add(reader);
            if (_kept.Count > KeptMax)
            {
                longestUnused = _kept[0];
                _kept.RemoveAt(0);
            }
        }

        longestUnused?.Dispose();
    }

    /// <summary>Call when no pass is being read.</summary>
    public void Dispose() => _kept.ForEach(reader => reader.Dispose());

    private PassReader? Remove(OpenPass pass)
    {
        lock (_gate)
        {
            int at = _kept.FindIndex(reader => reader.Pass == pass);
            if (at < 0)
            {
                return null;
            }

            PassReader reader = _kept[at];
            _kept.RemoveAt(at);
            return reader;
        }
    }
}
