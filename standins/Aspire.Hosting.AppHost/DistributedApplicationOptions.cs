namespace Aspire.Hosting;

/// <summary>How an application is put together. What only the dashboard, containers or certificates would read is accepted and unused here.</summary>
public sealed class DistributedApplicationOptions
{
    public string[]? Args { get; set; }

    /// <summary>The AppHost's assembly; the process's own by default.</summary>
    public string? AssemblyName { get; set; }

    /// <summary>The AppHost's project directory; taken from its assembly by default.</summary>
    public string? ProjectDirectory { get; set; }

    public bool DisableDashboard { get; set; }

    /// <summary>Forward what resources write to the AppHost's loggers.</summary>
    public bool EnableResourceLogging { get; set; }

    public bool AllowUnsecuredTransport { get; set; }

    public string? ContainerRegistryOverride { get; set; }

    public string? DashboardApplicationName { get; set; }

    public bool? DeveloperCertificateDefaultHttpsTerminationEnabled { get; set; }

    public bool? TrustDeveloperCertificate { get; set; }
}
