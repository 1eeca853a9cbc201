using System.Runtime.CompilerServices;
using Grpc.Core;

namespace KvStore.Client.Calls;

/// <summary>
/// Asks members, one after the other. Who calls: <see cref="KvClient"/> and <see cref="ClusterClient"/>, once an operation.
///
/// The endpoint that answered last is asked first, so that a connection stays warm and a dead member is met once. Another
/// is asked only if the one before did not answer and asking again cannot apply a write twice: the operation is a read, or
/// the write is known not to have been applied. At most <see cref="KvClientOptions.AttemptsMax"/> are asked, within one
/// deadline for all; while others remain a read gives the one it asks half of the time left.
/// Invariant: a write whose outcome is unknown is never sent again here.
/// </summary>
internal sealed class MemberCalls : IDisposable
{
    private readonly KvClientOptions _options;
    private readonly Endpoint[] _endpoints;
    private readonly int _attemptsMax;
    private int _preferred;

    public MemberCalls(KvClientOptions options)
    {
        options.Validate();
        _options = options;
        _endpoints = [.. options.Endpoints.Select(address => new Endpoint(address, options))];
        _attemptsMax = Math.Min(options.AttemptsMax, _endpoints.Length);
    }

    /// <summary>The level to ask for: the operation's own, or else the client's.</summary>
    public Consistency LevelOf(Consistency asked) => asked == default ? _options.Consistency : asked;

    public async Task<Reply<TReply>> AskAsync<TRequest, TReply>(
        Operation operation,
        TRequest request,
        Func<Endpoint, TRequest, CallOptions, AsyncUnaryCall<TReply>> send,
        CancellationToken cancellationToken)
        where TReply : class
    {
        OperationScope scope = OperationScope.Start(operation, _options.Namespace);
        DateTime deadline = DateTime.UtcNow + _options.RequestTimeout;
        int first = Volatile.Read(ref _preferred);
        Endpoint endpoint = _endpoints[first];
        try
        {
            for (int attempt = 1; ; attempt++)
            {
                int index = (first + attempt - 1) % _endpoints.Length;
                endpoint = _endpoints[index];
                bool isLast = attempt == _attemptsMax;
                KvException failure;
                try
                {
                    CallOptions call = new(deadline: DeadlineOfAttempt(operation, deadline, isLast), cancellationToken: cancellationToken);
                    TReply reply = await send(endpoint, request, call).ConfigureAwait(false);
                    Volatile.Write(ref _preferred, index);
                    scope.End(endpoint, failure: null);
                    return new Reply<TReply>(reply, Failure: null, endpoint);
                }
                catch (RpcException exception)
                {
                    cancellationToken.ThrowIfCancellationRequested();
                    failure = Failures.Of(exception, operation, endpoint.Address);
                }

                if (!failure.MayBeAnsweredElsewhere)
                {
                    Volatile.Write(ref _preferred, index);
                }

                if (isLast || !failure.MayBeAnsweredElsewhere || DateTime.UtcNow >= deadline)
                {
                    scope.End(endpoint, failure);
                    return new Reply<TReply>(Message: null, failure, endpoint);
                }
            }
        }
        catch (OperationCanceledException)
        {
            scope.End(endpoint, Cancelled(operation, endpoint));
            throw;
        }
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
        foreach (Endpoint endpoint in _endpoints)
        {
            endpoint.Dispose();
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
