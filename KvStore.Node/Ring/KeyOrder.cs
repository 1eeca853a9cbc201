namespace KvStore.Node.Ring;

/// <summary>Keys by their bytes.</summary>
internal sealed class KeyOrder : IComparer<Key>
{
    public static readonly KeyOrder Instance = new();

    private KeyOrder()
    {
    }

    public int Compare(Key x, Key y) => x.Span.SequenceCompareTo(y.Span);
}
