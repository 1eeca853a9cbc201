using KvStore.Client;
using KvStore.Protocol;
using KvStore.Tests.Cluster;
using Xunit;

namespace KvStore.Tests.Client;

/// <summary>Which member is asked first.</summary>
public sealed class OwnerRoutesTests
{
    private const int Slots = 16_384;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_operation_goes_to_the_member_that_owns_its_slot_first_whatever_its_address()
    {
        await using ScriptedMember first = await new ScriptedMember { Cluster = (Halves(), "a") }.StartAsync();
        await using ScriptedMember second = await new ScriptedMember { Cluster = (Halves(), "b") }.StartAsync();
        using KvClient client = new(second.Address, first.Address);
        await UntilRoutedAsync(client, first, KeyIn(lower: true));

        int before = first.Requests.Count;
        for (int i = 0; i < 10; i++)
        {
            await client.PutAsync(KeyIn(lower: true), "value", cancellationToken: Cancel);
        }

        Assert.Equal(before + 10, first.Requests.Count);
    }

    [Fact]
    public async Task While_the_owner_does_not_answer_others_are_asked_at_once()
    {
        ScriptedMember first = await new ScriptedMember { Cluster = (Halves(), "a") }.StartAsync();
        await using ScriptedMember second = await new ScriptedMember { Cluster = (Halves(), "b") }.StartAsync();
        using KvClient client = new(first.Address, second.Address);
        await UntilRoutedAsync(client, first, KeyIn(lower: true));
        await first.DisposeAsync();

        // This finds out that nobody is there, and goes to the other. A put could be on its way when the connection is reset, and then nobody knows what became of it.
        await client.GetAsync(KeyIn(lower: true), cancellationToken: Cancel);
        for (int i = 0; i < 10; i++)
        {
            Assert.True((await client.PutAsync(KeyIn(lower: true), "value", cancellationToken: Cancel)).Applied);
        }
    }

    [Fact]
    public async Task A_client_that_shall_not_route_asks_whoever_answered_last()
    {
        await using ScriptedMember first = await new ScriptedMember { Cluster = (Halves(), "a") }.StartAsync();
        await using ScriptedMember second = await new ScriptedMember { Cluster = (Halves(), "b") }.StartAsync();
        using KvClient client = new(new KvClientOptions { Endpoints = [first.Address, second.Address], RoutesToOwners = false });

        for (int i = 0; i < 10; i++)
        {
            await client.PutAsync(KeyIn(lower: false), "value", cancellationToken: Cancel);
        }

        Assert.Empty(second.Requests);
    }

    /// <summary>Member "a" owns the lower half of the slots first, "b" the upper.</summary>
    private static KvStore.Protocol.Topology Halves() => new()
    {
        Members = { new TopologyMember { Id = "a", Ordinal = 1 }, new TopologyMember { Id = "b", Ordinal = 2 } },
        Slots =
        {
            new KvStore.Protocol.SlotRange { First = 0, Last = (Slots / 2) - 1, Owners = { 1, 2 } },
            new KvStore.Protocol.SlotRange { First = Slots / 2, Last = Slots - 1, Owners = { 2, 1 } },
        },
    };

    private static string KeyIn(bool lower) => Enumerable.Range(0, 1000)
        .Select(number => $"key-{number}")
        .First(key => ((KvKey)key).Slot < Slots / 2 == lower);

    private static async Task UntilRoutedAsync(KvClient client, ScriptedMember member, string key) => await Eventually.IsAsync(
        "the client learns who owns what",
        true,
        async _ =>
        {
            int before = member.Requests.Count;
            await client.PutAsync(key, "value", cancellationToken: Cancel);
            return member.Requests.Count > before;
        },
        Cancel);
}
