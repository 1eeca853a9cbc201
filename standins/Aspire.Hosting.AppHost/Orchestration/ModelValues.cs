using System.Globalization;
using Aspire.Hosting.ApplicationModel;

namespace Aspire.Hosting.Orchestration;

/// <summary>Turns what stands in an environment or a command line into text. Null means: leave it out.</summary>
internal static class ModelValues
{
    public static async ValueTask<string?> ResolveAsync(object? value, CancellationToken cancellationToken) =>
        value switch
        {
            null => null,
            string text => text,
            IValueProvider provider => await provider.GetValueAsync(cancellationToken),
            IResourceBuilder<IResource> { Resource: IValueProvider provider } => await provider.GetValueAsync(cancellationToken),
            IFormattable formattable => formattable.ToString(format: null, CultureInfo.InvariantCulture),
            _ => value.ToString(),
        };
}
