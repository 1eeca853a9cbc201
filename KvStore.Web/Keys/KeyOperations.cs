using System.Text;
using KvStore.Client;
using KvStore.Web.Cluster;

namespace KvStore.Web.Keys;

/// <summary>Runs what the key box asks for and says what became of it. Failures are reports, not exceptions.</summary>
internal sealed class KeyOperations(NodeClients clients, TimeProvider time)
{
    private const string NoNode = "No node is known to ask.";
    private const string NoKey = "Type a key first.";

    public async Task<KeyReport> RunAsync(KeyAction action, KeyRequest request)
    {
        if (request.Key.Length == 0)
        {
            return KeyReport.Refused(NoKey);
        }

        if (ClientFor(request) is not { } client)
        {
            return KeyReport.Refused(NoNode);
        }

        long started = time.GetTimestamp();
        try
        {
            return action switch
            {
                KeyAction.Get => KeyReport.OfGet(await client.GetAsync(request.Key, request.Consistency), time.GetElapsedTime(started)),
                KeyAction.Put => await PutAsync(client, request, started),
                KeyAction.Delete => KeyReport.OfDelete(
                    await client.DeleteAsync(request.Key, condition: null, request.Consistency),
                    time.GetElapsedTime(started)),
                _ => throw new InvalidOperationException($"Unknown action {action}."),
            };
        }
        catch (KvException failure)
        {
            return KeyReport.OfFailure(action, failure, time.GetElapsedTime(started));
        }
    }

    /// <summary>Where the key lives, or why that cannot be said.</summary>
    public async Task<KeyWhere> LocateAsync(KeyRequest request)
    {
        if (request.Key.Length == 0)
        {
            return new KeyWhere(Explanation: null, NoKey);
        }

        if (ClientFor(request) is not { } client)
        {
            return new KeyWhere(Explanation: null, NoNode);
        }

        try
        {
            return new KeyWhere(await client.Cluster.ExplainAsync(request.Key, request.Consistency), Failure: null);
        }
        catch (KvException failure)
        {
            return new KeyWhere(Explanation: null, failure.Message);
        }
    }

    private async Task<KeyReport> PutAsync(KvClient client, KeyRequest request, long started)
    {
        byte[] value = Encoding.UTF8.GetBytes(request.Value);
        PutResult result = await client.PutAsync(request.Key, value, request.Ttl, condition: null, request.Consistency);
        return KeyReport.OfPut(result, value.Length, time.GetElapsedTime(started));
    }

    private KvClient? ClientFor(KeyRequest request) =>
        request.Through is { } address ? clients.Through(address) : clients.ThroughAny();
}
