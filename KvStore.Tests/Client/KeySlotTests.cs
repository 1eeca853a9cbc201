using KvStore.Client;
using KvStore.Node.Ring;
using Xunit;

namespace KvStore.Tests.Client;

public sealed class KeySlotTests
{
    [Theory]
    [InlineData("123456789", 0x31C3)]
    [InlineData("{user1000}.following", 3443)]
    [InlineData("foo{}{bar}", 8363)]
    public void A_known_key_has_its_slot(string key, int slot) =>
        Assert.Equal(slot, ((KvKey)key).Slot);

    [Fact]
    public void The_client_finds_the_slot_that_members_find()
    {
        Random random = new(20);
        for (int i = 0; i < 10_000; i++)
        {
            byte[] key = new byte[random.Next(1, 40)];
            random.NextBytes(key);
            for (int brace = random.Next(4); brace > 0; brace--)
            {
                key[random.Next(key.Length)] = (byte)(random.Next(2) == 0 ? '{' : '}');
            }

            Assert.Equal(Slots.Of(key).Number, new KvKey(key).Slot);
        }
    }
}
