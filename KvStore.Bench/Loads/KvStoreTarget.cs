using KvStore.Bench.Nodes;
using KvStore.Client;

namespace KvStore.Bench.Loads;

/// <summary>A KvStore cluster at quorum, through <see cref="KvClient"/>.</summary>
/// <param name="endpoints">gRPC addresses, one a member.</param>
/// <param name="members">Their processes, where the bench has started them.</param>
/// <param name="timeout">How long a call may take; null for the client's own limit, with its own second tries.</param>
internal sealed class KvStoreTarget(IReadOnlyList<Uri> endpoints, IReadOnlyList<ChildProcess>? members = null, TimeSpan? timeout = null) : LoadTarget
{
    private readonly KvClient _client = new(OptionsFor(endpoints, timeout));

    public override string Name => "kvstore";

    public override TimeSpan MembersCpu => ChildProcess.CpuOf(members ?? []);

    public override Task<bool> PutAsync(int caller, string key, byte[] value, CancellationToken cancellationToken) => AnswerAsync(
        _client.PutAsync(key, value, consistency: Consistency.Quorum, cancellationToken: cancellationToken), result => result.Applied);

    public override Task<bool> GetAsync(int caller, string key, CancellationToken cancellationToken) => AnswerAsync(
        _client.GetAsync(key, Consistency.Quorum, cancellationToken), entry => entry is not null);

    public override Task<bool> DeleteAsync(int caller, string key, CancellationToken cancellationToken) => AnswerAsync(
        _client.DeleteAsync(key, consistency: Consistency.Quorum, cancellationToken: cancellationToken), result => result.Existed);

    public override void Dispose() => _client.Dispose();

    private static KvClientOptions OptionsFor(IReadOnlyList<Uri> endpoints, TimeSpan? timeout)
    {
        KvClientOptions options = new() { Endpoints = endpoints };
        if (timeout is { } limit)
        {
            options.RequestTimeout = limit;
            options.AttemptsMax = 1;
        }

        return options;
    }

    /// <summary>Without catching what was thrown, which costs more than the call: an overload is mostly refusals.</summary>
    private static async Task<bool> AnswerAsync<TResult>(Task<TResult> call, Func<TResult, bool> isSuccess)
    {
        await ((Task)call).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        return call.Exception?.InnerException is not KvException && isSuccess(await call);
    }
}
