namespace Aspire.Hosting.ApplicationModel;

/// <summary>Base of resources: name and annotations.</summary>
public abstract class Resource : IResource
{
    protected Resource(string name)
    {
        ResourceNames.Check(name);
        Name = name;
    }

    public virtual string Name { get; }

    public virtual ResourceAnnotationCollection Annotations { get; } = [];
}
