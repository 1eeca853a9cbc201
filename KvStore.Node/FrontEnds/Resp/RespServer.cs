using System.Collections.Concurrent;
using System.Diagnostics;
using System.Security.Cryptography;
using System.Text;
using KvStore.Node.Configuration;
using KvStore.Node.Coordination;
using KvStore.Node.Registers;
using KvStore.Node.Telemetry;
using Microsoft.AspNetCore.Connections;

namespace KvStore.Node.FrontEnds.Resp;

/// <summary>
/// The Redis protocol's front end of a member: every connection's commands to the coordinator and back.
/// </summary>
/// <remarks>
/// Resp/ is a codec (<see cref="RespReader"/>, <see cref="RespWriter"/>) apart from transport (<see cref="RespConnection"/>,
/// <see cref="RespPipeline"/>) apart from commands (<see cref="RespCommandTable"/> and the classes it names). Who calls: Kestrel,
/// once a connection. Must hold: every command is answered once, in the order of coming; commands of one connection on one key
/// run one after the other. Failure: as in all front ends, an answer says whether the command took effect (<see cref="RespError"/>).
/// </remarks>
internal sealed partial class RespServer
{
    /// <summary>Stands for GETs and SETs that are run together.</summary>
    private static readonly RespCommand Together = new("", -1, "", KeyPlaces.None, "", "", "");

    /// <summary>Stands for what is no command.</summary>
    public static readonly RespCommand Refused = new("", -1, "no_auth", KeyPlaces.None, "", "", "") { AtOnce = _ => RespError.Internal };

    private readonly Func<Member?> _member;
    private readonly Func<ClusterView?> _cluster;
    private readonly Func<ClusterFacade?> _facade;
    private readonly OperationSpan _span;
    private readonly ILogger<RespServer> _logger;
    private readonly Lazy<RespOperations> _operations;
    private readonly CallGate _gate;
    private readonly ConcurrentQueue<RespBatch> _batches = new();
    private long _commands;

    /// <param name="member">Null while the node is in no cluster.</param>
    /// <param name="cluster">Likewise.</param>
    /// <param name="facade">Likewise, and where the options do not have it.</param>
    /// <param name="chance">For any thread.</param>
    public RespServer(
        NodeOptions options, Func<Member?> member, Func<ClusterView?> cluster, Func<ClusterFacade?> facade, OperationSpan span, RequestRules rules, TimeProvider time, Random chance, ILogger<RespServer> logger)
    {
        Options = options;
        Rules = rules;
        Time = time;
        Chance = chance;
        Limits = RespLimits.Of(options.ValueBytesMax);
        Started = time.GetUtcNow();
        Turns = new KeyTurns(time);
        _member = member;
        _cluster = cluster;
        _facade = facade;
        _span = span;
        _logger = logger;
        _operations = new Lazy<RespOperations>(() => new RespOperations(member()!, span, rules));
        _gate = new CallGate(() => member()!.Coordinator.Limit, time, RunAdmitted, static call => call.Connection.Answer(call, RespError.WaitedTooLong));
    }

    public NodeOptions Options { get; }

    public RespOptions Resp => Options.Resp;

    public RequestRules Rules { get; }

    public TimeProvider Time { get; }

    /// <summary>For any thread.</summary>
    public Random Chance { get; }

    public RespLimits Limits { get; }

    public RespBudget Budget { get; } = new(RespLimits.TotalBytesMax);

    public RespClients Clients { get; } = new();

    public ScanCursors Cursors { get; } = new();

    /// <summary>Of a command that is run, so the node is in a cluster.</summary>
    public RespOperations Operations => _operations.Value;

    public Member? Member => _member();

    public ClusterView? Cluster => _cluster();

    /// <summary>What CLUSTER tells; null where that is off.</summary>
    public ClusterFacade? Facade => _facade();

    /// <summary>What clients are told that this is: by it they decide whether to ask for CLUSTER.</summary>
    public string Mode => Resp.Cluster ? "cluster" : "standalone";

    public long Commands => Interlocked.Read(ref _commands);

    public DateTimeOffset Started { get; }

    /// <summary>Of commands in steps.</summary>
    public KeyTurns Turns { get; }

    /// <summary>Serves a connection until it ends.</summary>
    public async Task RunAsync(ConnectionContext transport)
    {
        bool isAuthenticated = Resp.Password.Length == 0;
        RespClient client = new(Clients.NextId(), transport.RemoteEndPoint, transport.LocalEndPoint, Options.DefaultConsistency, isAuthenticated);
        RespConnection connection = new(transport, this, client);
        if (!Clients.TryAdd(connection))
        {
            await transport.Transport.Output.WriteAsync("-ERR max number of clients reached\r\n"u8.ToArray(), transport.ConnectionClosed);
            return;
        }

        try
        {
            await connection.RunAsync();
        }
        finally
        {
            Clients.Remove(connection);
        }
    }

    /// <summary>Makes a call of what was read.</summary>
    /// <param name="refusal">What is wrong with it: then it is not to be run.</param>
    public RespCall Read(RespConnection connection, byte[][] arguments, out RespReply? refusal)
    {
        Interlocked.Increment(ref _commands);
        RespClient client = connection.Client;
        RespCommand? command = RespCommandTable.Find(arguments[0]);
        Ring.Key[] keys = [];
        refusal = command is null ? Unknown(arguments)
            : !client.IsAuthenticated && !command.IsForEveryone ? RespError.NoAuthentication
            : !command.Takes(arguments.Length) ? RespError.Arity(command.Name)
            : client.IsSubscriber && !SubscriberCommands.Allows(command.Name) ? SubscriberCommands.Refused(command.Name)
            : client.IsInTransaction && !TransactionCommands.Allows(command.Name) ? TransactionCommands.Refused
            : Budget.IsSpent ? RespError.Spent
            : command.Keys.Read(arguments, Rules, out keys) is { } failure ? RespError.Of(failure)
            : null;
        client.LastCommand = command?.Name ?? "NULL";
        RespCall call = new(connection, command ?? Refused, arguments)
        {
            Keys = keys,
            IsSilent = client.IsSilent || client.SkipsNext,
            Parent = client.NextParent,
        };
        client.SkipsNext = false;
        client.NextParent = default;
        return call;
    }

    /// <summary>Makes a call of a batch.</summary>
    public RespCall Read(RespConnection connection, RespBatch batch)
    {
        Interlocked.Add(ref _commands, batch.Count);
        connection.Client.LastCommand = batch[batch.Count - 1].IsRead ? "get" : "set";
        RespCall call = new(connection, Together, []) { Batch = batch, Commands = batch.Count };
        batch.BeginCall(call);
        return call;
    }

    /// <summary>Whether a request that came now would be traced; then it runs by itself.</summary>
    public bool IsNextTraced => _span.IsNextTraced;

    /// <summary>One to be filled.</summary>
    public RespBatch TakeBatch() => _batches.TryDequeue(out RespBatch? batch) ? batch : new RespBatch(Options.Lanes, OnCompleted);

    /// <summary>Its answers are written.</summary>
    public void GiveBack(RespBatch batch)
    {
        if (_batches.Count < RespLimits.BatchesKept)
        {
            batch.Reset();
            _batches.Enqueue(batch);
        }
    }

    /// <summary>Runs a call, which is answered some time.</summary>
    public void Run(RespCall call)
    {
        if (call.Command.AtOnce is null && Member is not null)
        {
            _gate.Enter(call);
            return;
        }

        RespReply reply;
        try
        {
            reply = call.Command.AtOnce?.Invoke(call) ?? RespError.NotServing(Options.Name);
        }
        catch (Exception failure)
        {
            LogFailed(_logger, failure, call.Command.Name);
            reply = RespError.Internal;
        }

        call.Connection.Answer(call, reply);
    }

    private void RunAdmitted(RespCall call)
    {
        if (call.Batch is { } batch)
        {
            Run(call, batch);
            return;
        }

        RespReply reply;
        try
        {
            SingleOperation single = call.Command.Single?.Invoke(call) ?? SingleOperation.InSteps;
            if (single.Change is not null)
            {
                RunSingle(call, single.Change, single.Answer!);
                return;
            }

            if (single.IsInSteps)
            {
                _ = RunStepsAsync(call);
                return;
            }

            reply = single.Refusal;
        }
        catch (Exception failure)
        {
            LogFailed(_logger, failure, call.Command.Name);
            reply = RespError.Internal;
        }

        AnswerAdmitted(call, reply);
    }

    private void Run(RespCall call, RespBatch batch)
    {
        if (Operations.TryRun(call, batch, out OperationFailure refusal))
        {
            return;
        }

        if (refusal == OperationFailure.Overloaded && _gate.TryWaitAgain(call))
        {
            return; // nothing of it was done
        }

        batch.Refuse(refusal);
        call.Connection.Answer(call, RespReply.Nothing);
        _gate.Leave(call);
    }

    private void OnCompleted(RespBatch batch)
    {
        RespCall call = batch.Call;
        Operations.End(call, batch);
        call.Connection.Answer(call, RespReply.Nothing);
        _gate.Leave(call);
    }

    private void AnswerAdmitted(RespCall call, in RespReply reply)
    {
        if (RespError.IsOverloaded(reply) && _gate.TryWaitAgain(call))
        {
            return; // nothing of it was done
        }

        call.Connection.Answer(call, reply);
        _gate.Leave(call);
    }

    /// <summary>Whether it is the password; takes as long whatever is wrong with it.</summary>
    public bool IsPassword(byte[] given) =>
        CryptographicOperations.FixedTimeEquals(SHA256.HashData(given), SHA256.HashData(Encoding.UTF8.GetBytes(Resp.Password)));

    private void RunSingle(RespCall call, Change change, Func<ChangeResult, RespReply> answer) => Operations.Run(call, change, result =>
        AnswerAdmitted(call, result.Outcome == OperationOutcome.Committed ? answer(result.Change) : RespError.Of(result, change, call.Level)));

    private async Task RunStepsAsync(RespCall call)
    {
        RespReply reply;
        Activity? activity = _span.Start(call.Command.Name, call.Parent);
        Activity.Current = activity;
        try
        {
            reply = await call.Command.InSteps!(call);
        }
        catch (Exception failure)
        {
            LogFailed(_logger, failure, call.Command.Name);
            reply = RespError.Internal;
        }

        NodeTelemetry.Stop(activity);
        AnswerAdmitted(call, reply);
    }

    private static RespReply Unknown(byte[][] arguments)
    {
        const int ShownMax = 128;
        string name = RespClient.TextOf(arguments[0][..Math.Min(arguments[0].Length, ShownMax)]);
        string begin = string.Concat(arguments.Skip(1).Take(8).Select(argument => $"'{RespClient.TextOf(argument[..Math.Min(argument.Length, ShownMax)])}' "));
        return RespReply.Error($"ERR unknown command '{name}', with args beginning with: {begin}");
    }

    [LoggerMessage(EventId = 1, Level = LogLevel.Error, Message = "The command {Command} failed")]
    private static partial void LogFailed(ILogger logger, Exception failure, string command);
}
