namespace Aspire.Hosting.ApplicationModel;

/// <summary>The resource is started by its <c>start</c> command only.</summary>
public sealed class ExplicitStartupAnnotation : IResourceAnnotation;
