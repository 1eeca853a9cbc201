using System.Runtime.CompilerServices;
using Grpc.Core;
using Wire = KvStore.Protocol;

namespace KvStore.Client.Calls;

/// <summary>
/// Asks members, one after the other. Who calls: <see cref="KvClient"/> and <see cref="ClusterClient"/>, once an operation.
///
/// The endpoint that leads to the first owner of the operation's key is asked first (<see cref="OwnerRoutes"/>); without one, the
/// endpoint that answered last, so that a connection stays warm and a dead member is met once. Another is asked only if the one before did not answer and asking again cannot apply a write twice: the operation is a read, or
/// the write is known not to have been applied. At most <see cref="KvClientOptions.AttemptsMax"/> are asked, within one
/// deadline for all; while others remain a read gives the one it asks half of the time left.
/// Invariant: a write whose outcome is unknown is never sent again here.
/// </summary>
internal sealed class MemberCalls : IDisposable
{
    private readonly KvClientOptions _options;
    private readonly Endpoint[] _endpoints;
    private readonly OwnerRoutes? _routes;
    private readonly int _attemptsMax;
    private int _preferred;

    public MemberCalls(KvClientOptions options)
    {
        options.Validate();
        _options = options;
        _endpoints = [.. options.Endpoints.Select(address => new Endpoint(address, options))];
        _routes = options.RoutesToOwners ? new OwnerRoutes(_endpoints) : null;
        _attemptsMax = Math.Min(options.AttemptsMax, _endpoints.Length);
    }

    /// <summary>The level to ask for: the operation's own, or else the client's.</summary>
    public Consistency LevelOf(Consistency asked) => asked == default ? _options.Consistency : asked;

    /// <summary>Asks for an operation on one key, its first owner first.</summary>
    public Task<Reply<Wire.BatchResult>> AskAsync(Operation operation, KvKey key, Wire.BatchOperation asked, CancellationToken cancellationToken) => AskAsync(
        operation, key, asked, static (endpoint, operation, asked, deadline, token) => KeyCalls.AskAsync(endpoint, operation, asked, deadline, token), cancellationToken);

    /// <summary>Asks for what any member answers, in a call of its own.</summary>
    public Task<Reply<TReply>> AskAsync<TRequest, TReply>(
        Operation operation, TRequest request, Func<Endpoint, TRequest, CallOptions, AsyncUnaryCall<TReply>> send, CancellationToken cancellationToken)
        where TReply : class => AskAsync(
            operation, default, (Request: request, Send: send), static (endpoint, operation, asked, deadline, token) => CallAsync(endpoint, operation, asked.Request, asked.Send, deadline, token), cancellationToken);

    private async Task<Reply<TReply>> AskAsync<TAsked, TReply>(
        Operation operation,
        KvKey key,
        TAsked asked,
        Func<Endpoint, Operation, TAsked, DateTime, CancellationToken, ValueTask<CallAnswer<TReply>>> ask,
        CancellationToken cancellationToken)
        where TReply : class
    {
        OperationScope scope = OperationScope.Start(operation, _options.Namespace);
        DateTime deadline = DateTime.UtcNow + _options.RequestTimeout;
        int? routed = key.Bytes.IsEmpty ? null : _routes?.EndpointFor(key);
        int first = routed ?? Volatile.Read(ref _preferred);
        Endpoint endpoint = _endpoints[first];
        try
        {
            for (int attempt = 1; ; attempt++)
            {
                int index = (first + attempt - 1) % _endpoints.Length;
                endpoint = _endpoints[index];
                bool isLast = attempt == _attemptsMax;
                (TReply? reply, KvException? failure) = await TryAsync(
                    endpoint, operation, asked, ask, DeadlineOfAttempt(operation, deadline, isLast), cancellationToken).ConfigureAwait(false);
                Note(endpoint, failure);
                if (failure is not { MayBeAnsweredElsewhere: true })
                {
                    Prefer(index, routed);
                }

                if (failure is null || isLast || !failure.MayBeAnsweredElsewhere || DateTime.UtcNow >= deadline)
                {
                    scope.End(endpoint, failure);
                    return new Reply<TReply>(reply, failure, endpoint);
                }
            }
        }
        catch (OperationCanceledException)
        {
            scope.End(endpoint, Cancelled(operation, endpoint));
            throw;
        }
    }

    /// <summary>Asks one member, unless too many of the last calls were refused there.</summary>
    private static async ValueTask<CallAnswer<TReply>> TryAsync<TAsked, TReply>(
        Endpoint endpoint,
        Operation operation,
        TAsked asked,
        Func<Endpoint, Operation, TAsked, DateTime, CancellationToken, ValueTask<CallAnswer<TReply>>> ask,
        DateTime deadline,
        CancellationToken cancellationToken)
        where TReply : class
    {
        if (!endpoint.Throttle.MayAsk(Environment.TickCount64, Random.Shared.NextDouble()))
        {
            return new CallAnswer<TReply>(null, Failures.HeldBack(endpoint.Address));
        }

        CallAnswer<TReply> answer = await ask(endpoint, operation, asked, deadline, cancellationToken).ConfigureAwait(false);
        endpoint.Throttle.Ended(answer.Failure, Environment.TickCount64);
        return answer;
    }

    /// <summary>
    /// Reads a stream to its end, each message within the request's timeout if <paramref name="isPrompt"/>. A stream that
    /// breaks is asked for again elsewhere, with the request that <paramref name="requestNow"/> gives by then.
    /// </summary>
    public async IAsyncEnumerable<TReply> StreamAsync<TRequest, TReply>(
        Operation operation,
        Func<TRequest> requestNow,
        Func<Endpoint, TRequest, CallOptions, AsyncServerStreamingCall<TReply>> send,
        bool isPrompt,
        [EnumeratorCancellation] CancellationToken cancellationToken)
        where TReply : class
    {
        // A stream that lasts until the caller ends it is no operation with a duration.
        OperationScope? scope = isPrompt ? OperationScope.Start(operation, _options.Namespace) : null;
        int index = Volatile.Read(ref _preferred);
        KvException? failure = Cancelled(operation, _endpoints[index]);
        try
        {
            for (int attempt = 1; ; attempt++)
            {
                Endpoint endpoint = _endpoints[index];
                using CancellationTokenSource limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
                using AsyncServerStreamingCall<TReply> call = send(endpoint, requestNow(), new CallOptions(cancellationToken: limit.Token));
                while (true)
                {
                    (TReply? message, failure) = await NextAsync(call, limit, endpoint, operation, isPrompt, cancellationToken)
                        .ConfigureAwait(false);
                    if (message is null)
                    {
                        break;
                    }

                    attempt = 1;
                    Volatile.Write(ref _preferred, index);
                    yield return message;
                }

                if (failure is null)
                {
                    yield break;
                }

                if (attempt >= _attemptsMax || !failure.MayBeAnsweredElsewhere)
                {
                    throw failure;
                }

                index = (index + 1) % _endpoints.Length;
            }
        }
        finally
        {
            scope?.End(_endpoints[index], failure);
        }
    }

    public void Dispose()
    {
        _routes?.Dispose();
        foreach (Endpoint endpoint in _endpoints)
        {
            endpoint.Dispose();
        }
    }

    private static async ValueTask<CallAnswer<TReply>> CallAsync<TRequest, TReply>(
        Endpoint endpoint,
        Operation operation,
        TRequest request,
        Func<Endpoint, TRequest, CallOptions, AsyncUnaryCall<TReply>> send,
        DateTime deadline,
        CancellationToken cancellationToken)
        where TReply : class
    {
        try
        {
            return new CallAnswer<TReply>(await send(endpoint, request, new CallOptions(deadline: deadline, cancellationToken: cancellationToken)).ConfigureAwait(false), null);
        }
        catch (RpcException exception)
        {
            cancellationToken.ThrowIfCancellationRequested();
            return new CallAnswer<TReply>(null, Failures.Of(exception, operation, endpoint.Address));
        }
    }

    // The owner of one key is no better than others for what has no key.
    private void Prefer(int index, int? routed)
    {
        if (index != routed)
        {
            Volatile.Write(ref _preferred, index);
        }
    }

    private static void Note(Endpoint endpoint, KvException? failure)
    {
        if (failure is { ErrorType: "unreachable" or "transport" or "deadline" } || failure is { StatusCode: "UNAVAILABLE", MayBeAnsweredElsewhere: true })
        {
            endpoint.Failed();
        }
        else
        {
            endpoint.Answered();
        }
    }

    private async Task<(TReply? Message, KvException? Failure)> NextAsync<TReply>(
        AsyncServerStreamingCall<TReply> call,
        CancellationTokenSource limit,
        Endpoint endpoint,
        Operation operation,
        bool isPrompt,
        CancellationToken cancellationToken)
        where TReply : class
    {
        limit.CancelAfter(isPrompt ? _options.RequestTimeout : Timeout.InfiniteTimeSpan);
        try
        {
            return await call.ResponseStream.MoveNext(CancellationToken.None).ConfigureAwait(false)
                ? (call.ResponseStream.Current, null)
                : (null, null);
        }
        catch (RpcException exception)
        {
            cancellationToken.ThrowIfCancellationRequested();
            RpcException told = limit.IsCancellationRequested
                ? new RpcException(new Status(StatusCode.DeadlineExceeded, "no message in time"))
                : exception;
            return (null, Failures.Of(told, operation, endpoint.Address));
        }
    }

    private static DateTime DeadlineOfAttempt(Operation operation, DateTime deadline, bool isLast)
    {
        if (!operation.IsRead || isLast)
        {
            return deadline;
        }

        DateTime now = DateTime.UtcNow;
        return now + ((deadline - now) / 2);
    }

    // What telemetry says of an operation whose caller went away; the caller gets OperationCanceledException.
    private static KvException Cancelled(Operation operation, Endpoint endpoint) =>
        new("The caller cancelled.", "cancelled", operation.IsRead ? KvOutcome.NotApplied : KvOutcome.Unknown)
        {
            Endpoint = endpoint.Address,
            StatusCode = "CANCELLED",
        };
}
