using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace KvStore.Node.FrontEnds.Http;

/// <summary>
/// The OpenAPI document at /openapi/v1.json. Endpoints read requests themselves, byte by byte, so they also say themselves
/// what they take.
/// </summary>
internal static class KvOpenApi
{
    private const string About =
        "Keys and values are bytes. Every address /kv/{key} is also /kv?key=, /kv/{key}/increment also /kv/increment?key=, and so "
        + "are append and explain; in a query a plus is a space. Errors are problem details (RFC 9457) with a "
        + "stable type, and for writes an outcome: not-applied or unknown. Every answer has a traceresponse header.";

    public static void AddKvOpenApi(this IServiceCollection services)
    {
        services.ConfigureHttpJsonOptions(json => ViewJson.Configure(json.SerializerOptions));
        services.AddOpenApi("v1", options =>
        {
            options.AddDocumentTransformer(static (document, _, _) =>
            {
                document.Info.Title = "KvStore";
                document.Info.Description = About;
                return Task.CompletedTask;
            });
            options.AddOperationTransformer(static (operation, context, _) =>
            {
                Describe(operation, context);
                return Task.CompletedTask;
            });
        });
    }

    /// <summary>Puts an endpoint into the document. Its name is the operation's.</summary>
    /// <param name="handler">The endpoint's own.</param>
    /// <param name="failures">Statuses of failures.</param>
    public static IEndpointConventionBuilder Describe(
        this IEndpointConventionBuilder endpoint, string name, RequestDelegate handler, ApiOperation operation, params int[] failures)
    {
        endpoint.WithName(name).WithTags(operation.Tag).WithMetadata(handler.Method, operation);
        foreach (int status in failures)
        {
            endpoint.WithMetadata(new ProducesResponseTypeMetadata(status, typeof(ProblemDetails), [ProblemWriter.ContentType]));
        }

        return endpoint;
    }

    public static IEndpointConventionBuilder Answers(this IEndpointConventionBuilder endpoint, int status, Type type, string contentType) =>
        endpoint.WithMetadata(new ProducesResponseTypeMetadata(status, type, [contentType]));

    private static void Describe(OpenApiOperation operation, OpenApiOperationTransformerContext context)
    {
        ApiOperation? described = context.Description.ActionDescriptor.EndpointMetadata.OfType<ApiOperation>().FirstOrDefault();
        if (described is null)
        {
            return;
        }

        operation.Summary = described.Summary;
        if (described.HasBody)
        {
            OpenApiSchema bytes = new() { Type = JsonSchemaType.String, Format = "binary" };
            OpenApiMediaType body = new() { Schema = bytes };
            operation.RequestBody = new OpenApiRequestBody { Content = new Dictionary<string, OpenApiMediaType> { ["application/octet-stream"] = body } };
        }

        operation.Parameters =
        [
            .. described.Parameters.Select(parameter => new OpenApiParameter
            {
                Name = parameter.Name,
                In = parameter.Location,
                Required = parameter.Location == ParameterLocation.Path,
                Description = parameter.Description,
                Schema = new OpenApiSchema { Type = parameter.Type },
            }),
        ];
    }
}
