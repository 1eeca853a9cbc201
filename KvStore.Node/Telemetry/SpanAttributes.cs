namespace KvStore.Node.Telemetry;

/// <summary>Attribute names of spans. Keys never appear; a key's slot does.</summary>
internal static class SpanAttributes
{
    public const string Slot = "kvstore.slot";
    public const string Epoch = "kvstore.epoch";
    public const string Consistency = "kvstore.consistency";
    public const string Replicas = "kvstore.replicas";
    public const string Acks = "kvstore.acks";
    public const string Rounds = "kvstore.rounds";
    public const string Member = "kvstore.member";
    public const string Role = "kvstore.role";
    public const string Result = "kvstore.result";
    public const string Operation = "db.operation.name";
}
