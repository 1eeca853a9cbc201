using Grpc.Core;
using Wire = KvStore.Protocol;

namespace KvStore.Client.Calls;

/// <summary>
/// Which endpoint leads to the first owner of each slot. Any member answers for any key; the first owner does it with the fewest
/// messages, and members that do not take turns at a key need no prepare for it.
/// </summary>
/// <remarks>
/// Learned in the background, from the first call on: each endpoint is asked which member it leads to, so that addresses need not
/// be those that members advertise (proxies, port mappings), and one of them for the topology, now and whenever it changes. While
/// something is not known, or wrong, calls go to any member as if there were no routes; nothing but speed depends on them.
/// </remarks>
internal sealed class OwnerRoutes : IDisposable
{
    private static readonly TimeSpan AnswerMax = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan RetryMin = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan RetryMax = TimeSpan.FromSeconds(30);

    private readonly IReadOnlyList<Endpoint> _endpoints;
    private readonly CancellationTokenSource _disposed = new();
    private int _isLearning;
    private int _isDisposed;

    // Index of an endpoint by slot; -1 where none is known to lead to the owner.
    private volatile short[]? _endpointOfSlot;

    public OwnerRoutes(IReadOnlyList<Endpoint> endpoints) => _endpoints = endpoints;

    /// <summary>The endpoint to ask first, or null where there is no telling. Begins to learn when called first.</summary>
    public int? EndpointFor(KvKey key)
    {
        if (_endpoints.Count == 1)
        {
            return null;
        }

        if (_endpointOfSlot is not { } endpointOfSlot)
        {
            Learn();
            return null;
        }

        int index = endpointOfSlot[key.Slot];
        return index >= 0 && _endpoints[index].IsWorthAsking() ? index : null;
    }

    /// <summary>May be called more than once.</summary>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref _isDisposed, 1) == 0)
        {
            _disposed.Cancel();
            _disposed.Dispose();
        }
    }

    private void Learn()
    {
        if (Interlocked.Exchange(ref _isLearning, 1) == 0)
        {
            CancellationToken disposed = _disposed.Token;
            _ = Task.Run(() => LearnAsync(disposed), CancellationToken.None);
        }
    }

    private async Task LearnAsync(CancellationToken disposed)
    {
        TimeSpan retry = RetryMin;
        for (int asked = 0; !disposed.IsCancellationRequested; asked++)
        {
            try
            {
                if (await FollowAsync(_endpoints[asked % _endpoints.Count], disposed).ConfigureAwait(false))
                {
                    retry = RetryMin;
                }

                await Task.Delay(retry, TimeProvider.System, disposed).ConfigureAwait(false);
                retry = TimeSpan.FromTicks(Math.Min(retry.Ticks * 2, RetryMax.Ticks));
            }
            catch (OperationCanceledException)
            {
                return;
            }
        }
    }

    /// <summary>Makes routes of each topology that the endpoint tells, until it tells no more or not every endpoint is known.</summary>
    /// <returns>Whether it told one.</returns>
    private async Task<bool> FollowAsync(Endpoint endpoint, CancellationToken disposed)
    {
        bool told = false;
        try
        {
            using AsyncServerStreamingCall<Wire.Topology> call = endpoint.Cluster.WatchTopology(new Wire.GetTopologyRequest(), cancellationToken: disposed);
            while (await call.ResponseStream.MoveNext(disposed).ConfigureAwait(false))
            {
                told = true;
                string?[] members = await Task.WhenAll(_endpoints.Select(each => MemberBehindAsync(each, disposed))).ConfigureAwait(false);
                _endpointOfSlot = RoutesOf(call.ResponseStream.Current, members);
                if (members.Contains(null))
                {
                    break;
                }
            }
        }
        catch (RpcException) when (!disposed.IsCancellationRequested)
        {
            // It does not tell; another may.
        }

        return told;
    }

    private static async Task<string?> MemberBehindAsync(Endpoint endpoint, CancellationToken disposed)
    {
        try
        {
            Wire.MemberStatus status = await endpoint.Cluster
                .GetStatusAsync(new Wire.GetStatusRequest(), deadline: DateTime.UtcNow + AnswerMax, cancellationToken: disposed)
                .ConfigureAwait(false);
            return status.Id;
        }
        catch (RpcException) when (!disposed.IsCancellationRequested)
        {
            return null;
        }
    }

    private static short[] RoutesOf(Wire.Topology topology, string?[] members)
    {
        Dictionary<uint, short> endpointOf = [];
        foreach (Wire.TopologyMember member in topology.Members)
        {
            endpointOf[member.Ordinal] = (short)Array.IndexOf(members, member.Id);
        }

        short[] routes = new short[KeySlot.Count];
        Array.Fill(routes, (short)-1);
        foreach (Wire.SlotRange range in topology.Slots)
        {
            short endpoint = range.Owners.Count > 0 && endpointOf.TryGetValue(range.Owners[0], out short index) ? index : (short)-1;
            for (uint slot = range.First; slot <= range.Last && slot < KeySlot.Count; slot++)
            {
                routes[slot] = endpoint;
            }
        }

        return routes;
    }
}
