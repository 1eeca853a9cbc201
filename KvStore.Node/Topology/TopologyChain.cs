using KvStore.Node.Registers;

namespace KvStore.Node.Topology;

/// <summary>
/// The decided documents, one an epoch, none missing: the last one is in force. All are kept, so that whoever is behind can be
/// given what it lacks, and so that no ordinal is ever given twice.
/// </summary>
internal sealed class TopologyChain
{
    /// <summary>Documents in one message; the next are asked for when these are there.</summary>
    public const int PageMax = 16;

    private readonly List<TopologyDocument> _documents;

    /// <param name="documents">At least one, in order.</param>
    /// <exception cref="InvariantViolation">One is missing.</exception>
    public TopologyChain(IEnumerable<TopologyDocument> documents)
    {
        _documents = [];
        foreach (TopologyDocument document in documents)
        {
            Append(document);
        }

        Invariant.Holds(_documents.Count > 0);
    }

    public TopologyDocument Last => _documents[^1];

    /// <summary>The highest that any member ever had.</summary>
    public ushort HighestOrdinal { get; private set; }

    /// <summary>Puts the next epoch's document in force.</summary>
    public void Append(TopologyDocument document)
    {
        Invariant.Holds(_documents.Count == 0 || document.Epoch.Number == Last.Epoch.Number + 1);
        _documents.Add(document);
        HighestOrdinal = document.Members.Aggregate(HighestOrdinal, static (highest, member) => Math.Max(highest, member.Ordinal));
    }

    /// <summary>The document of an epoch; null if it is not here.</summary>
    public TopologyDocument? Find(Epoch epoch)
    {
        long at = (long)epoch.Number - _documents[0].Epoch.Number;
        return at >= 0 && at < _documents.Count ? _documents[(int)at] : null;
    }

    /// <summary>The next documents after an epoch, at most <see cref="PageMax"/>.</summary>
    public IReadOnlyList<TopologyDocument> After(Epoch epoch) =>
        [.. _documents.SkipWhile(document => document.Epoch <= epoch).Take(PageMax)];
}
