using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;

namespace KvStore.Tests.FrontEnds.Grpc;

/// <summary>The open connections and requests of one server of this process, as its own meters count them.</summary>
internal sealed class ServerGauges : IDisposable
{
    private readonly MeterListener _listener = new();
    private long _connections;
    private long _requests;

    public ServerGauges(IServiceProvider server)
    {
        object scope = server.GetRequiredService<IMeterFactory>();
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Meter.Scope == scope && instrument.Name is "kestrel.active_connections" or "http.server.active_requests")
            {
                listener.EnableMeasurementEvents(instrument);
            }
        };
        _listener.SetMeasurementEventCallback<long>((instrument, change, _, _) =>
        {
            if (instrument.Meter.Scope == scope)
            {
                Interlocked.Add(ref instrument.Name == "kestrel.active_connections" ? ref _connections : ref _requests, change);
            }
        });
        _listener.Start();
    }

    public long Connections => Interlocked.Read(ref _connections);

    public long Requests => Interlocked.Read(ref _requests);

    public void Dispose() => _listener.Dispose();
}
