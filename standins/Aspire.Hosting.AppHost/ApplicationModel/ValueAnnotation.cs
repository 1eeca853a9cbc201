namespace Aspire.Hosting.ApplicationModel;

/// <summary>A value that stands in a resource's environment or arguments, known before anything is started.</summary>
internal sealed class ValueAnnotation(object value) : IResourceAnnotation
{
    public object Value { get; } = value;
}
