using KvStore.Node.Ring;

namespace KvStore.Node.Coordination;

/// <summary>
/// The keys met most often, in bounded space: a key without a counter takes that of one met least, and with it its count, which
/// is as much as its own can be too high. Every key met more often than the total divided by the counters has one.
/// Not safe for two threads at once. Paper: "Efficient Computation of Frequent and Top-k Elements in Data Streams", Metwally 2005.
/// </summary>
internal sealed class KeyFrequencies
{
    /// <summary>Keys counted at a time; the one met least makes room.</summary>
    public const int CountersMax = 64;

    private readonly Dictionary<Key, int> _places = new(CountersMax);
    private readonly Key[] _keys = new Key[CountersMax];
    private readonly long[] _counts = new long[CountersMax];
    private readonly long[] _excess = new long[CountersMax];
    private long _least;
    private int _hand;

    /// <summary>Keys met, each as often as it was.</summary>
    public long Total { get; private set; }

    public void Add(in Key key)
    {
        Total++;
        if (_places.TryGetValue(key, out int place))
        {
            _counts[place]++;
            return;
        }

        place = _places.Count;
        if (place == CountersMax)
        {
            place = PlaceOfLeast();
            _places.Remove(_keys[place]);
        }

        _places.Add(key, place);
        _keys[place] = key;
        _excess[place] = _counts[place];
        _counts[place]++;
    }

    public IEnumerable<KeyFrequency> All() =>
        _places.Select(pair => new KeyFrequency(pair.Key, _counts[pair.Value], _counts[pair.Value] - _excess[pair.Value]));

    public void Clear()
    {
        _places.Clear();
        Array.Clear(_keys);
        Array.Clear(_counts);
        Array.Clear(_excess);
        Total = 0;
        _least = 0;
        _hand = 0;
    }

    /// <summary>Counts only rise: whoever goes round looks at all of them once for each step of the least, and not once a key.</summary>
    private int PlaceOfLeast()
    {
        for (int looked = 0; _counts[_hand] > _least; looked++)
        {
            if (looked == CountersMax)
            {
                _least = _counts.Min();
                looked = 0;
            }

            _hand = (_hand + 1) % CountersMax;
        }

        return _hand;
    }
}
