namespace KvStore.Node.FrontEnds.Http;

/// <summary>What the OpenAPI document says of one endpoint; its metadata.</summary>
/// <param name="Tag">What the document groups it under: <see cref="Keys"/> or <see cref="Cluster"/>.</param>
/// <param name="HasBody">Whether it takes bytes of any content type.</param>
internal sealed record ApiOperation(string Tag, string Summary, IReadOnlyList<ApiParameter> Parameters, bool HasBody = false)
{
    public const string Keys = "keys";
    public const string Cluster = "cluster";
}
