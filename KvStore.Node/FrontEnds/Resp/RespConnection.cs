using System.Buffers;
using System.IO.Pipelines;
using System.Text;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;

namespace KvStore.Node.FrontEnds.Resp;

/// <summary>One client from its first byte to its last: reads commands, gives each to the pipeline, and tells when they are wrong.</summary>
internal sealed class RespConnection
{
    /// <summary>Commands taken from the bytes at hand before any is run.</summary>
    private const int BatchMax = 64;

    private readonly ConnectionContext _transport;
    private readonly RespReader _reader;
    private readonly BatchReader _batches;
    private readonly RespPipeline _pipeline;
    private readonly List<byte[][]> _batch = [];
    private bool _isEnding;

    public RespConnection(ConnectionContext transport, RespServer server, RespClient client)
    {
        _transport = transport;
        Server = server;
        Client = client;
        _reader = new RespReader(server.Limits);
        _batches = new BatchReader(server, client);
        _pipeline = new RespPipeline(transport.Transport.Output, server.Budget, server.Time, server.Resp.SlowReaderTimeout, Start, Abort);
    }

    public RespServer Server { get; }

    public RespClient Client { get; }

    /// <summary>Answers what is under way, reads nothing more, and ends.</summary>
    public void End() => _isEnding = true;

    /// <summary>Ends it now.</summary>
    public void Abort() => _transport.Abort();

    public void Answer(RespCall call, in RespReply reply) => _pipeline.Answer(call, reply);

    public async Task RunAsync()
    {
        // Not when the client has said that nothing more comes: what it has sent is still read, and answered.
        CancellationToken stopping = _transport.Features.Get<IConnectionLifetimeNotificationFeature>()?.ConnectionClosedRequested ?? default;
        try
        {
            await ReadAsync(stopping);
        }
        catch (Exception failure) when (failure is OperationCanceledException or IOException)
        {
            // The client is gone, or the member stops: what is under way is answered, if anybody is there to be told.
        }

        await _pipeline.IdleAsync(CancellationToken.None);
        await _pipeline.CloseAsync();
    }

    private async Task ReadAsync(CancellationToken cancellationToken)
    {
        PipeReader input = _transport.Transport.Input;
        while (!_isEnding && !_pipeline.IsBroken)
        {
            ReadResult read = await input.ReadAsync(cancellationToken);
            ReadOnlySequence<byte> unread = read.Buffer;
            bool isMore = true;
            while (isMore && !_isEnding)
            {
                _pipeline.Hold();
                RespBatch? batch = _reader.IsBetweenCommands ? _batches.Read(ref unread) : null;
                if (batch is not null)
                {
                    await TakeAsync(batch, cancellationToken);
                }
                else if (_batches.IsPartial && !read.IsCompleted)
                {
                    isMore = false;
                }
                else
                {
                    unread = unread.Slice(Parse(unread));
                    foreach (byte[][] command in _batch)
                    {
                        await TakeAsync(command, cancellationToken);
                    }

                    isMore = _batch.Count > 0;
                }

                _pipeline.Release();
            }

            input.AdvanceTo(unread.Start, unread.End);
            if (_reader.Error is { } error)
            {
                await RefuseAsync(RespReply.Error($"ERR Protocol error: {error}"), cancellationToken);
                return;
            }

            if (read.IsCompleted)
            {
                return;
            }
        }
    }

    /// <summary>A stranger's next command may be the password, after which it is none; and one that is traced may be one of many.</summary>
    private int BatchLimit => Client.IsAuthenticated && !_batches.IsNextAlone ? BatchMax : 1;

    /// <returns>How far it has read.</returns>
    private SequencePosition Parse(in ReadOnlySequence<byte> unread)
    {
        _batch.Clear();
        _reader.Limits = Client.IsAuthenticated ? Server.Limits : RespLimits.OfStrangers;
        SequenceReader<byte> input = new(unread);
        while (_batch.Count < BatchLimit && _reader.TryRead(ref input, out byte[][]? command))
        {
            _batch.Add(command);
        }

        return input.Position;
    }

    private async ValueTask TakeAsync(RespBatch batch, CancellationToken cancellationToken)
    {
        await _pipeline.RoomAsync(cancellationToken);
        _pipeline.Add(Server.Read(this, batch));
    }

    private async ValueTask TakeAsync(byte[][] arguments, CancellationToken cancellationToken)
    {
        if (_isEnding)
        {
            return;
        }

        if (IsOfHttp(arguments[0]))
        {
            _isEnding = true; // a browser that was made to talk to this port: it gets nothing
            return;
        }

        await _pipeline.RoomAsync(cancellationToken);
        RespCall call = Server.Read(this, arguments, out RespReply? refusal);
        if (call.Command.RunsAlone && refusal is null)
        {
            await _pipeline.IdleAsync(cancellationToken);
        }

        _pipeline.Add(call, refusal);
        if (call.Command.RunsAlone)
        {
            await _pipeline.IdleAsync(cancellationToken);
        }
    }

    /// <summary>Says why nothing more is read.</summary>
    private async ValueTask RefuseAsync(RespReply reply, CancellationToken cancellationToken)
    {
        _isEnding = true;
        await _pipeline.RoomAsync(cancellationToken);
        _pipeline.Add(new RespCall(this, RespServer.Refused, []), reply);
    }

    private void Start(RespCall call) => Server.Run(call);

    private static bool IsOfHttp(byte[] name) => Ascii.EqualsIgnoreCase(name, "POST") || Ascii.EqualsIgnoreCase(name, "Host:");
}
