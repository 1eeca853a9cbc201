namespace KvStore.Node.Telemetry;

/// <summary>Attribute names of spans. Keys never appear; a key's slot and hash do.</summary>
internal static class SpanAttributes
{
    public const string Slot = "kvstore.slot";
    public const string Epoch = "kvstore.epoch";
    public const string Consistency = "kvstore.consistency";
    public const string Replicas = "kvstore.replicas";
    public const string Acks = "kvstore.acks";
    public const string Rounds = "kvstore.rounds";
    public const string Liveness = "kvstore.liveness";
    public const string Lane = "kvstore.lane";
    public const string Link = "kvstore.link";
    public const string Part = "kvstore.part";
    public const string Members = "kvstore.members";
    public const string Next = "kvstore.members.next";
    public const string Slots = "kvstore.transfer.slots";
    public const string Records = "kvstore.transfer.records";
    public const string Bytes = "kvstore.transfer.bytes";
    public const string Pages = "kvstore.transfer.pages";
    public const string Untold = "kvstore.gossip.untold";
    public const string Member = "kvstore.member";
    public const string Role = "kvstore.role";
    public const string Result = "kvstore.result";
    public const string Operation = "db.operation.name";
    public const string System = "db.system.name";
    public const string Namespace = "db.namespace";
    public const string BatchSize = "db.operation.batch.size";
    public const string Status = "db.response.status_code";
    public const string Error = "error.type";
    public const string KeyHash = "kvstore.key.hash";
    public const string Outcome = "kvstore.outcome";
    public const string UrlPath = "url.path";
    public const string UrlQuery = "url.query";
}
