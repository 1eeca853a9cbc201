using System.Diagnostics;
using Grpc.Core;
using Wire = KvStore.Protocol;

namespace KvStore.Client.Calls;

/// <summary>
/// Sends an operation on one key to one member: through the endpoint's <see cref="Session"/>, or as a call of its own where the
/// member knows no sessions, or where the operation is large and would keep others waiting behind it.
/// </summary>
internal static class KeyCalls
{
    /// <summary>Bytes of an operation in a session, at most.</summary>
    private const int SessionBytesMax = 32 * 1024;

    /// <exception cref="OperationCanceledException">The caller cancelled.</exception>
    public static async ValueTask<CallAnswer<Wire.BatchResult>> AskAsync(
        Endpoint endpoint, Operation operation, Wire.BatchOperation asked, DateTime deadline, CancellationToken cancellationToken)
    {
        if (endpoint.MayHaveSessions && asked.CalculateSize() <= SessionBytesMax)
        {
            (Session session, SessionCall call) = Add(endpoint, operation, asked, deadline);
            CallAnswer<Wire.BatchResult> answer = await AwaitAsync(session, call, cancellationToken).ConfigureAwait(false);
            if (!session.IsUnknownThere || answer.Failure is null)
            {
                return answer;
            }

            endpoint.MayHaveSessions = false;
        }

        try
        {
            return new CallAnswer<Wire.BatchResult>(await CallAsync(endpoint.Kv, asked, new CallOptions(deadline: deadline, cancellationToken: cancellationToken)).ConfigureAwait(false), null);
        }
        catch (RpcException exception)
        {
            cancellationToken.ThrowIfCancellationRequested();
            return new CallAnswer<Wire.BatchResult>(null, Failures.Of(exception, operation, endpoint.Address));
        }
    }

    private static (Session Session, SessionCall Call) Add(Endpoint endpoint, Operation operation, Wire.BatchOperation asked, DateTime deadline)
    {
        Wire.SessionOperation message = new()
        {
            Operation = asked,
            TimeoutMilliseconds = (uint)Math.Max(1, (deadline - DateTime.UtcNow).TotalMilliseconds),
        };
        if (Activity.Current is { IdFormat: ActivityIdFormat.W3C, Id: { } id } activity)
        {
            message.Traceparent = id;
            message.Tracestate = activity.TraceStateString ?? "";
        }

        SessionCall call = new(message, operation, deadline);
        Session session;
        do
        {
            session = endpoint.Session();
        }
        while (!session.TryAdd(call));
        return (session, call);
    }

    private static async Task<CallAnswer<Wire.BatchResult>> AwaitAsync(Session session, SessionCall call, CancellationToken cancellationToken)
    {
        if (!cancellationToken.CanBeCanceled)
        {
            return await call.Answer.ConfigureAwait(false);
        }

        try
        {
            return await call.Answer.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            session.Forget(call);
            throw;
        }
    }

    private static async Task<Wire.BatchResult> CallAsync(Wire.Kv.KvClient kv, Wire.BatchOperation asked, CallOptions options) => asked.OperationCase switch
    {
        Wire.BatchOperation.OperationOneofCase.Get => new() { Get = await kv.GetAsync(asked.Get, options) },
        Wire.BatchOperation.OperationOneofCase.Put => new() { Put = await kv.PutAsync(asked.Put, options) },
        Wire.BatchOperation.OperationOneofCase.Delete => new() { Delete = await kv.DeleteAsync(asked.Delete, options) },
        Wire.BatchOperation.OperationOneofCase.Increment => new() { Increment = await kv.IncrementAsync(asked.Increment, options) },
        Wire.BatchOperation.OperationOneofCase.Append => new() { Append = await kv.AppendAsync(asked.Append, options) },
        Wire.BatchOperation.OperationOneofCase.None or _ => throw new InvalidOperationException("An operation of no kind"),
    };
}
