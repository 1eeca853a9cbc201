namespace Aspire.Dashboard.Feed;

/// <summary>Another resource that one has to do with: Parent, Reference, WaitFor.</summary>
public sealed record ResourceRelationship(string ResourceName, string Type);
