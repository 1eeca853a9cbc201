namespace Aspire.Hosting.Orchestration;

/// <summary>What an application does when it is started: it is run, or written out as a manifest.</summary>
internal interface IApplicationRun
{
    /// <summary>Says what is known to be wrong before anything has been started.</summary>
    /// <exception cref="DistributedApplicationException">Something is.</exception>
    Task PrepareAsync(CancellationToken cancellationToken);
}
