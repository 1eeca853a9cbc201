using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Mvc;

namespace KvStore.Node.FrontEnds.Http;

/// <summary>
/// How each view is written as JSON, generated as the node is compiled: a native node has nothing to generate it with.
/// </summary>
[JsonSourceGenerationOptions(GenerationMode = JsonSourceGenerationMode.Metadata)]
[JsonSerializable(typeof(byte[]))]
[JsonSerializable(typeof(long))]
[JsonSerializable(typeof(ClusterPage))]
[JsonSerializable(typeof(KeyPage))]
[JsonSerializable(typeof(ProblemDetails))]
[JsonSerializable(typeof(Protocol.ChangePlan))]
[JsonSerializable(typeof(Protocol.Eviction))]
[JsonSerializable(typeof(Protocol.Explanation))]
[JsonSerializable(typeof(Protocol.KillReceipt))]
[JsonSerializable(typeof(Protocol.MemberStatus))]
[JsonSerializable(typeof(Protocol.NetworkFault))]
[JsonSerializable(typeof(Protocol.NetworkFaults))]
[JsonSerializable(typeof(Protocol.Topology))]
internal sealed partial class ViewTypes : JsonSerializerContext;
