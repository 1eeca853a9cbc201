using KvStore.Node.FrontEnds.Resp;
using KvStore.Node.Ring;
using Xunit;

namespace KvStore.Tests.FrontEnds.Resp;

public sealed class KeyTurnsTests
{
    private static readonly Key One = new("one"u8.ToArray());
    private static readonly Key Other = new("other"u8.ToArray());

    private readonly KeyTurns _turns = new(TimeProvider.System);

    [Fact]
    public async Task Each_waits_for_those_before_it_on_the_same_key()
    {
        Assert.True(await EnterAsync(One));
        Assert.True(await EnterAsync(Other));
        Task<bool> second = EnterAsync(One);
        Task<bool> third = EnterAsync(One);
        Assert.False(second.IsCompleted);

        _turns.Leave(One);
        Assert.True(await second);
        Assert.False(third.IsCompleted);
        _turns.Leave(One);
        Assert.True(await third);
    }

    [Fact]
    public async Task Who_has_waited_too_long_is_passed_over()
    {
        Assert.True(await EnterAsync(One));
        Assert.False(await _turns.EnterAsync(One, TimeSpan.Zero));
        Task<bool> third = EnterAsync(One);
        _turns.Leave(One);
        Assert.True(await third);

        _turns.Leave(One);
        Assert.True(await _turns.EnterAsync(One, TimeSpan.Zero));
    }

    private Task<bool> EnterAsync(Key key) => _turns.EnterAsync(key, TimeSpan.FromMinutes(1)).AsTask();
}
