using KvStore.Node.Registers;
using KvStore.Node.Storage;

namespace KvStore.Tests.Storage;

/// <summary>A random walk of one slot's tombstones and its floor, and what their digest must be.</summary>
internal sealed class LedgerWalk(int seed, int listedMax)
{
    private readonly Random _random = new(seed);
    private readonly SortedDictionary<int, SlotDigest> _present = [];
    private Queue<(Ballot Ballot, SlotDigest Digest)>? _pass;
    private int _floor;
    private int _last;

    public TombstoneLedger Ledger { get; } = new(listedMax);

    public SlotDigest Expected => _present.Values.Aggregate(default(SlotDigest), (sum, digest) => sum + digest);

    public int Recounts { get; private set; }

    public int ChangedInRecounts { get; private set; }

    public int RemovedFromRest { get; private set; }

    public void Step()
    {
        switch (_random.Next(10))
        {
            case < 4:
                _last += _random.Next(1, 3);
                _present.Add(_last, DigestOf(_last));
                Ledger.Add(BallotOf(_last), DigestOf(_last));
                ChangedInRecounts += _pass is null ? 0 : 1;
                break;
            case < 7 when _present.Count > 0:
                Remove(_present.Keys.ElementAt(_random.Next(_present.Count)));
                break;
            case 7:
                RaiseFloor(_random.Next(_last + 1));
                break;
            case 8 when !Ledger.IsKnown && _pass is null:
                Ledger.BeginRecount();
                _pass = new(_present.Select(entry => (BallotOf(entry.Key), entry.Value)));
                break;
            case 9 when _pass is not null:
                GoOnWith(_pass);
                break;
            default:
                break;
        }
    }

    private static Ballot BallotOf(int number) => new(Epoch.First, number, 1);

    private static SlotDigest DigestOf(int number) => SlotDigest.Of(StoreHarness.KeyOf(number), BallotOf(number));

    private void Remove(int number)
    {
        RemovedFromRest += Ledger.RestCount > 0 && BallotOf(number) > Ledger.Boundary ? 1 : 0;
        ChangedInRecounts += _pass is null ? 0 : 1;
        _present.Remove(number);
        Ledger.Remove(BallotOf(number), DigestOf(number));
    }

    private void RaiseFloor(int floor)
    {
        _floor = Math.Max(_floor, floor);
        foreach (int passed in _present.Keys.Where(ballot => ballot <= _floor).ToList())
        {
            _present.Remove(passed);
        }

        Ledger.RaiseFloor(BallotOf(_floor));
    }

    private void GoOnWith(Queue<(Ballot Ballot, SlotDigest Digest)> pass)
    {
        for (int found = _random.Next(3); found > 0 && pass.TryDequeue(out (Ballot Ballot, SlotDigest Digest) entry); found--)
        {
            Ledger.Found(entry.Ballot, entry.Digest);
        }

        if (pass.Count == 0)
        {
            Ledger.EndRecount(BallotOf(_floor));
            _pass = null;
            Recounts++;
        }
    }
}
