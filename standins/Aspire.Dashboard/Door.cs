namespace Aspire.Dashboard;

/// <summary>Which of the addresses a request came to: each serves its own and nothing else.</summary>
internal enum Door
{
    Frontend,
    OtlpGrpc,
    OtlpHttp,
}
