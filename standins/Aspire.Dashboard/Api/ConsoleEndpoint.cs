using Aspire.Dashboard.Resources;

namespace Aspire.Dashboard.Api;

/// <summary>GET /api/console, with ?resource= for one: the lines that are kept, as text.</summary>
internal static class ConsoleEndpoint
{
    public static void MapConsole(this IEndpointRouteBuilder routes) => routes.MapGet("/api/console", (ResourceBoard board, string? resource) =>
        Results.Text(string.Concat(board.Console(resource).Select(line => $"{line.Time} {(resource is null ? $"[{line.ResourceId}] " : "")}{line.Text}\n")), "text/plain"));
}
