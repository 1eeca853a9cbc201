namespace Aspire.Hosting.ApplicationModel;

internal static class RelationshipTypes
{
    public const string Parent = "Parent";
    public const string Reference = "Reference";
    public const string WaitFor = "WaitFor";
}
