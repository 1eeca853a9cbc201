using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Runtime.CompilerServices;

namespace Aspire.Hosting.ApplicationModel;

/// <summary>
/// Text with values of the model in it, made from an interpolated string: <c>$"{node.GetEndpoint("http")}/health"</c>.
/// Run, the values are filled in; published, their manifest expressions.
/// </summary>
public class ReferenceExpression : IExpressionValue, IValueWithReferences
{
    public static readonly ReferenceExpression Empty = new(string.Empty, [], [], []);

    private readonly IManifestExpressionProvider[] _manifestProviders;

    internal ReferenceExpression(
        string format,
        IReadOnlyList<IValueProvider> valueProviders,
        IEnumerable<IManifestExpressionProvider> manifestProviders,
        IReadOnlyList<string?> stringFormats
    )
    {
        Format = format;
        ValueProviders = valueProviders;
        StringFormats = stringFormats;
        _manifestProviders = [.. manifestProviders];
    }

    /// <summary>A composite format string with one item for each value.</summary>
    public string Format { get; }

    public IReadOnlyList<IValueProvider> ValueProviders { get; }

    public IReadOnlyList<string?> StringFormats { get; }

    public IReadOnlyList<string> ManifestExpressions => [.. _manifestProviders.Select(provider => provider.ValueExpression)];

    public string ValueExpression => string.Format(CultureInfo.InvariantCulture, Format, [.. ManifestExpressions]);

    IEnumerable<object> IValueWithReferences.References => ValueProviders;

    public static ReferenceExpression Create(in ExpressionInterpolatedStringHandler handler) => handler.Builder.Build();

    public async ValueTask<string?> GetValueAsync(CancellationToken cancellationToken)
    {
        var values = new object?[ValueProviders.Count];
        for (var i = 0; i < values.Length; i++)
        {
            var value = await ValueProviders[i].GetValueAsync(cancellationToken);
            values[i] = StringFormats[i] switch
            {
                null => value,
                "uri" => Uri.EscapeDataString(value ?? string.Empty),
                var format => throw new FormatException($"A value in an expression may have the format 'uri' or none, not '{format}'."),
            };
        }
        return string.Format(CultureInfo.InvariantCulture, Format, values);
    }

    public ValueTask<string?> GetValueAsync(ValueProviderContext context, CancellationToken cancellationToken) => GetValueAsync(cancellationToken);

    /// <summary>What the compiler calls for an interpolated string.</summary>
    [InterpolatedStringHandler]
    [SuppressMessage("Performance", "CA1815", Justification = "Only the compiler makes one.")]
    public ref struct ExpressionInterpolatedStringHandler
    {
        public ExpressionInterpolatedStringHandler(int literalLength, int formattedCount) => Builder = new ReferenceExpressionBuilder();

        internal ReferenceExpressionBuilder Builder { get; }

        public readonly void AppendLiteral(string value) => Builder.AppendLiteral(value);

        public readonly void AppendFormatted(string? value) => Builder.AppendFormatted(value);

        public readonly void AppendFormatted(string? value, string? format = null) => Builder.AppendFormatted(value, format);

        public void AppendFormatted<T>(T valueProvider)
            where T : IValueProvider, IManifestExpressionProvider => Builder.AppendFormatted(valueProvider);

        public void AppendFormatted<T>(T valueProvider, string? format = null)
            where T : IValueProvider, IManifestExpressionProvider => Builder.AppendFormatted(valueProvider, format);

        public void AppendFormatted<T>(IResourceBuilder<T> valueProvider)
            where T : IResource, IValueProvider, IManifestExpressionProvider => Builder.AppendFormatted(valueProvider.Resource);

        public void AppendFormatted<T>(IResourceBuilder<T> valueProvider, string? format = null)
            where T : IResource, IValueProvider, IManifestExpressionProvider => Builder.AppendFormatted(valueProvider.Resource, format);
    }
}
