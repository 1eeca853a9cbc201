using System.Diagnostics;
using KvStore.Node.Registers;
using KvStore.Node.Ring;
using KvStore.Node.Storage;

namespace KvStore.Node.Peers;

/// <summary>One request of a member to a replica.</summary>
/// <param name="Id">Chosen by the sender and repeated by the reply; one id may go to several replicas.</param>
/// <param name="Epoch">The epoch the sender's round lives in. A replica at another refuses, but waits for a while for the one after its own.</param>
/// <param name="Key">Default where the request is about no single key.</param>
/// <param name="Ballot">Of a prepare or accept.</param>
/// <param name="Record">Of an accept (its ballot is <paramref name="Ballot"/>) or learn; else absent.</param>
/// <param name="TimeoutMilliseconds">Time left when it was sent: later it is dropped before it runs.</param>
/// <param name="Trace">The span that caused it, if that is sampled.</param>
/// <param name="Scan">Of a scan; its slot filter does not travel.</param>
/// <param name="Slots">Of a question about slots.</param>
/// <param name="Next">Of an accept: a ballot above its own to be promised with it, or zero.</param>
/// <param name="Handed">Of <see cref="PeerRequestKind.Execute"/>.</param>
internal readonly record struct PeerRequest(
    PeerRequestKind Kind,
    ulong Id,
    Epoch Epoch,
    Key Key,
    Ballot Ballot,
    RegisterRecord Record,
    int TimeoutMilliseconds,
    ActivityContext Trace,
    StoreScan? Scan = null,
    Ballot Next = default,
    HandedChange? Handed = null,
    SlotQuestion? Slots = null);
