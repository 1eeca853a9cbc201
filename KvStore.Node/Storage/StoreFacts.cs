namespace KvStore.Node.Storage;

/// <summary>The facts that stand: the latest of each kind and number, unless its payload is empty.</summary>
internal sealed class StoreFacts
{
    private readonly SortedDictionary<(FactKind Kind, long Number), ReadOnlyMemory<byte>> _standing = [];

    /// <summary>Takes over a fact read from the log; its payload must not change afterwards.</summary>
    public void Set(in Fact fact)
    {
        if (fact.Payload.IsEmpty)
        {
            _standing.Remove((fact.Kind, fact.Number));
        }
        else
        {
            _standing[(fact.Kind, fact.Number)] = fact.Payload;
        }
    }

    /// <summary>Ordered by kind and number.</summary>
    public IReadOnlyList<Fact> Standing() => [.. _standing.Select(entry => new Fact(entry.Key.Kind, entry.Key.Number, entry.Value))];
}
