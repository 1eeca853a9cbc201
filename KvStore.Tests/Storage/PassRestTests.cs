using KvStore.Node.Storage.Faster;
using KvStore.Tests.Peers;
using Xunit;

namespace KvStore.Tests.Storage;

/// <summary>When who goes through the data log rests.</summary>
public sealed class PassRestTests
{
    private readonly ManualTime _time = new();
    private bool _mustHurry;

    [Fact]
    public void It_rests_after_work_and_not_before()
    {
        PassRest rest = PassRest.ForPage(() => _mustHurry, _time);
        Meet(rest, 1_000, TimeSpan.Zero);
        Assert.Equal(0, rest.Rests);
        Meet(rest, 1_000, PassRest.Work);
        Assert.InRange(rest.Rests, 10, 20);
    }

    [Fact]
    public void It_goes_on_while_it_must_hurry()
    {
        PassRest rest = PassRest.ForPage(() => _mustHurry, _time);
        _mustHurry = true;
        Meet(rest, 1_000, PassRest.Work);
        Assert.Equal(0, rest.Rests);
        _mustHurry = false;
        Meet(rest, 1_000, PassRest.Work);
        Assert.InRange(rest.Rests, 10, 20);
    }

    [Fact]
    public void In_a_page_it_rests_for_so_long_and_then_goes_on()
    {
        PassRest rest = PassRest.ForPage(() => _mustHurry, _time);
        Meet(rest, 100 * PassRest.RestsMax, PassRest.Work);
        Assert.Equal(PassRest.RestsMax, rest.Rests);
    }

    [Fact]
    public void In_compaction_it_rests_until_it_must_hurry()
    {
        PassRest rest = PassRest.ForCompaction(() => _mustHurry, _time);
        Meet(rest, (PassRest.RestsMax + 10) * 64, PassRest.Work / 60);
        int rests = rest.Rests;
        Assert.InRange(rests, PassRest.RestsMax + 1, PassRest.RestsMax + 10);
        _mustHurry = true;
        Meet(rest, 1_000, PassRest.Work);
        Assert.Equal(rests, rest.Rests);
    }

    [Fact]
    public void It_ends_when_it_is_cancelled()
    {
        PassRest rest = PassRest.ForPage(() => _mustHurry, _time);
        Assert.Throws<OperationCanceledException>(() => Meet(rest, 1_000, TimeSpan.Zero, new CancellationToken(canceled: true)));
    }

    private void Meet(PassRest rest, int records, TimeSpan each, CancellationToken cancellationToken = default)
    {
        for (int i = 0; i < records; i++)
        {
            _time.Advance(each);
            rest.Met(cancellationToken);
        }
    }
}
