namespace Aspire.Hosting.ApplicationModel;

/// <summary>A resource that runs somewhere once deployed.</summary>
public interface IComputeResource : IResource;
