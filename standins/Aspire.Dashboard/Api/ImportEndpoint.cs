using Aspire.Dashboard.Otlp;
using Microsoft.AspNetCore.Mvc;

namespace Aspire.Dashboard.Api;

/// <summary>POST /api/telemetry/import: the form of the page that says what is kept, and the way back to it.</summary>
internal static class ImportEndpoint
{
    public static void MapImport(this IEndpointRouteBuilder routes) =>
        routes.MapPost("/api/telemetry/import", TakeAsync).WithMetadata(new RequestSizeLimitAttribute(OtlpImport.BytesMax));

    private static async Task<IResult> TakeAsync(OtlpImport import, IFormFileCollection files, CancellationToken cancellationToken)
    {
        foreach (var file in files)
        {
            using var body = new MemoryStream();
            await file.CopyToAsync(body, cancellationToken);
            import.Take(file.FileName, body.GetBuffer().AsSpan(0, (int)body.Length));
        }

        return Results.LocalRedirect("~/storage");
    }
}
