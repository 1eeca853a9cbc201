using System.Collections.ObjectModel;
using System.Diagnostics.CodeAnalysis;

namespace Aspire.Hosting.ApplicationModel;

internal sealed class ResourceCollection : Collection<IResource>, IResourceCollection
{
    public bool TryGetByName(string name, [NotNullWhen(true)] out IResource? resource)
    {
        resource = Items.FirstOrDefault(candidate => string.Equals(candidate.Name, name, StringComparison.OrdinalIgnoreCase));
        return resource is not null;
    }

    protected override void InsertItem(int index, IResource item)
    {
        RefuseSecond(item, replaced: null);
        base.InsertItem(index, item);
    }

    protected override void SetItem(int index, IResource item)
    {
        RefuseSecond(item, replaced: Items[index]);
        base.SetItem(index, item);
    }

    private void RefuseSecond(IResource item, IResource? replaced)
    {
        if (TryGetByName(item.Name, out var existing) && !ReferenceEquals(existing, replaced))
        {
            throw new DistributedApplicationException(
                $"A {item.GetType().Name} cannot be named '{item.Name}': a {existing.GetType().Name} of that name exists already."
            );
        }
    }
}
