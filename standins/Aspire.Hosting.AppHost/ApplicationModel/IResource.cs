namespace Aspire.Hosting.ApplicationModel;

/// <summary>A part of the application: something with a name and annotations that say what it is and needs.</summary>
public interface IResource
{
    ResourceAnnotationCollection Annotations { get; }

    string Name { get; }
}
