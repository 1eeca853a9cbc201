namespace KvStore.Node.FrontEnds.Http;

/// <summary>The OpenAPI document at /openapi/v1.json.</summary>
internal static class KvOpenApi
{
    public static void AddKvOpenApi(this IServiceCollection services) => services.AddOpenApi("v1");
}
