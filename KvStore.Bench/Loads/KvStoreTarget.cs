using KvStore.Client;

namespace KvStore.Bench.Loads;

/// <summary>A KvStore cluster at quorum, through <see cref="KvClient"/>.</summary>
/// <param name="endpoints">gRPC addresses, one a member.</param>
internal sealed class KvStoreTarget(IReadOnlyList<Uri> endpoints) : LoadTarget
{
    private readonly KvClient[] _clients = [.. endpoints.Select(endpoint => new KvClient(endpoint))];

    public override string Name => "kvstore";

    public override Task<bool> PutAsync(int caller, string key, byte[] value, CancellationToken cancellationToken) => AnswerAsync(async () =>
        (await Of(caller).PutAsync(key, value, consistency: Consistency.Quorum, cancellationToken: cancellationToken)).Applied);

    public override Task<bool> GetAsync(int caller, string key, CancellationToken cancellationToken) => AnswerAsync(async () =>
        await Of(caller).GetAsync(key, Consistency.Quorum, cancellationToken) is not null);

    public override Task<bool> DeleteAsync(int caller, string key, CancellationToken cancellationToken) => AnswerAsync(async () =>
        (await Of(caller).DeleteAsync(key, consistency: Consistency.Quorum, cancellationToken: cancellationToken)).Existed);

    public override void Dispose()
    {
        foreach (KvClient client in _clients)
        {
            client.Dispose();
        }
    }

    private static async Task<bool> AnswerAsync(Func<Task<bool>> call)
    {
        try
        {
            return await call();
        }
        catch (KvException)
        {
            return false;
        }
    }

    private KvClient Of(int caller) => _clients[caller % _clients.Length];
}
