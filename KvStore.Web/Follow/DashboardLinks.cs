using Microsoft.Extensions.Configuration;

namespace KvStore.Web.Follow;

/// <summary>Where traces can be looked up and resources be started: the dashboard at <c>KvStore:Dashboard</c>, where there is one.</summary>
internal sealed class DashboardLinks
{
    public const string Key = "KvStore:Dashboard";

    private readonly Uri? _dashboard;

    /// <exception cref="InvalidOperationException">What is configured is no address.</exception>
    public DashboardLinks(IConfiguration configuration)
    {
        string? text = configuration[Key];
        if (string.IsNullOrEmpty(text))
        {
            return;
        }

        _dashboard = Uri.TryCreate(text, UriKind.Absolute, out Uri? address) && address.Scheme is ("http" or "https")
            ? address
            : throw new InvalidOperationException($"{Key}: '{text}' is no http or https address such as http://localhost:18888.");
    }

    /// <summary>Where resources are started and stopped; null where no dashboard is known.</summary>
    public string? Resources => _dashboard?.ToString();

    /// <returns>Null where no dashboard is known.</returns>
    public string? OfTrace(string traceId) => _dashboard is null || traceId.Length == 0
        ? null
        : new Uri(_dashboard, $"/traces/{Uri.EscapeDataString(traceId)}").ToString();
}
