using Microsoft.OpenApi;

namespace KvStore.Node.FrontEnds.Http;

/// <summary>What the OpenAPI document says of one parameter, wherever it is taken.</summary>
internal sealed record ApiParameter(string Name, ParameterLocation Location, JsonSchemaType Type, string Description)
{
    public static readonly ApiParameter Key = new(
        "key", ParameterLocation.Path, JsonSchemaType.String,
        "Any bytes, percent-encoded; a slash as %2F. A key with a zero byte only as ?key=, without the path's key.");

    public static readonly ApiParameter Consistency = new(
        "consistency", ParameterLocation.Query, JsonSchemaType.String, "one, quorum, all or a number of replicas. Default: the member's, usually quorum.");

    public static readonly ApiParameter Timeout = new(
        "timeout", ParameterLocation.Query, JsonSchemaType.Integer, "Milliseconds the request may take, no longer than the member allows.");

    public static readonly ApiParameter TimeToLive = new(
        "ttl", ParameterLocation.Query, JsonSchemaType.Integer, "Seconds after which the value is gone. Default: for ever.");

    public static readonly ApiParameter By = new(
        "by", ParameterLocation.Query, JsonSchemaType.Integer, "What to add; may be negative. Default: 1.");

    public static readonly ApiParameter Previous = new(
        "previous", ParameterLocation.Query, JsonSchemaType.Boolean, "true: the answer has the value that was there before. Default: false.");

    public static readonly ApiParameter Prefix = new(
        "prefix", ParameterLocation.Query, JsonSchemaType.String, "Only keys that begin with these bytes, percent-encoded.");

    public static readonly ApiParameter Limit = new(
        "limit", ParameterLocation.Query, JsonSchemaType.Integer, "Keys in the page, at most 1000. Default: 100.");

    public static readonly ApiParameter Cursor = new(
        "cursor", ParameterLocation.Query, JsonSchemaType.String, "Of the page before.");

    public static readonly ApiParameter Member = new(
        "member", ParameterLocation.Path, JsonSchemaType.String, "A member's name, or its identity.");

    public static readonly ApiParameter Plan = new(
        "plan", ParameterLocation.Query, JsonSchemaType.Boolean, "true: the answer says what would move, and nothing is done. Default: false.");

    public static readonly ApiParameter Force = new(
        "force", ParameterLocation.Query, JsonSchemaType.Boolean, "true: even if keys are left with fewer copies than there are to be. Default: false.");

    public static readonly ApiParameter With = new(
        "with", ParameterLocation.Query, JsonSchemaType.String, "Name of the node that is to take the member's place; it is none yet.");

    public static readonly ApiParameter PlanId = new(
        "id", ParameterLocation.Query, JsonSchemaType.String, "Of the plan that was shown: nothing else is begun.");

    public static readonly ApiParameter FaultKind = new(
        "kind", ParameterLocation.Path, JsonSchemaType.String, "slow, drop, partition or pause.");

    public static readonly ApiParameter FaultMembers = new(
        "members", ParameterLocation.Query, JsonSchemaType.String, "Names of the members at the other end, with commas between. Default: all others.");

    public static readonly ApiParameter FaultDelay = new(
        "delay", ParameterLocation.Query, JsonSchemaType.Integer, "Of slow: milliseconds by which what is sent leaves later, at most 10000.");

    public static readonly ApiParameter FaultPercent = new(
        "percent", ParameterLocation.Query, JsonSchemaType.Integer, "Of drop: what is lost of what is sent and of what arrives.");

    public static readonly ApiParameter FaultSeconds = new(
        "seconds", ParameterLocation.Query, JsonSchemaType.Integer, "Until it ends by itself, at most 3600. Default: 300.");

    public static readonly ApiParameter FaultId = new(
        "id", ParameterLocation.Path, JsonSchemaType.Integer, "Of the fault, as it was answered when it began.");

    public static readonly ApiParameter IfMatch = new(
        "If-Match", ParameterLocation.Header, JsonSchemaType.String, "\"version\": only if the key is at this version. *: only if it has a value.");

    public static readonly ApiParameter IfNoneMatch = new(
        "If-None-Match", ParameterLocation.Header, JsonSchemaType.String, "*: only if the key has no value.");
}
