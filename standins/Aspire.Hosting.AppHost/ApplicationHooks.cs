using Microsoft.Extensions.Hosting;

namespace Aspire.Hosting;

/// <summary>
/// How Aspire.Hosting.Testing takes part while an AppHost's entry point builds its application.
/// The hooks follow the entry point's own thread and tasks, so applications built side by side do not see each other's.
/// </summary>
internal sealed class ApplicationHooks
{
    private static readonly AsyncLocal<ApplicationHooks?> CurrentHooks = new();

    public static ApplicationHooks? Current
    {
        get => CurrentHooks.Value;
        set => CurrentHooks.Value = value;
    }

    public required Action<DistributedApplicationOptions, HostApplicationBuilderSettings> BuilderCreating { get; init; }

    public required Action<DistributedApplicationBuilder> BuilderCreated { get; init; }

    /// <summary>May hold the entry point up until the test has finished describing the application.</summary>
    public required Action<DistributedApplicationBuilder> Building { get; init; }

    /// <summary>Gives the application that the entry point gets to see.</summary>
    public required Func<DistributedApplication, DistributedApplication> Built { get; init; }
}
