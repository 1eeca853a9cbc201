using Aspire.Hosting.ApplicationModel;

namespace Aspire.Hosting.Orchestration;

/// <summary>What a value of the model is made of: the endpoints, parameters and other resources in it, and in those.</summary>
internal static class ModelReferences
{
    public static IReadOnlyCollection<object> Of(object value)
    {
        var found = new HashSet<object>(ReferenceEqualityComparer.Instance);
        var next = new Queue<object>([value]);
        while (next.TryDequeue(out var one))
        {
            one = one is IResourceBuilder<IResource> builder ? builder.Resource : one;
            if (!found.Add(one))
            {
                continue;
            }
            foreach (var part in one is IValueWithReferences composite ? composite.References : [])
            {
                next.Enqueue(part);
            }
        }
        return found;
    }
}
