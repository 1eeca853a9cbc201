namespace Aspire.Dashboard.Security;

/// <summary>What a browser may load into the pages and where they may be shown: only from here, only by themselves.</summary>
internal static class ContentRules
{
    // Places in a waterfall and colours of resources are style attributes, which is all that 'unsafe-inline' allows here.
    private const string Policy =
        "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; object-src 'none'; "
        + "base-uri 'self'; form-action 'self'; frame-ancestors 'none'";

    public static void UseContentRules(this WebApplication app) => app.Use((context, next) =>
    {
        context.Response.Headers.ContentSecurityPolicy = Policy;
        context.Response.Headers.XContentTypeOptions = "nosniff";
        context.Response.Headers["Referrer-Policy"] = "no-referrer";
        return next(context);
    });
}
