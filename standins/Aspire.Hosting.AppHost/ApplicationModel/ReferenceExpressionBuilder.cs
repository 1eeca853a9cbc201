using System.Globalization;
using System.Text;

namespace Aspire.Hosting.ApplicationModel;

/// <summary>Puts a <see cref="ReferenceExpression"/> together piece by piece.</summary>
public class ReferenceExpressionBuilder
{
    private readonly StringBuilder _format = new();
    private readonly List<IValueProvider> _valueProviders = [];
    private readonly List<IManifestExpressionProvider> _manifestProviders = [];
    private readonly List<string?> _stringFormats = [];

    public bool IsEmpty => _format.Length == 0;

    public void AppendLiteral(string value)
    {
        ArgumentNullException.ThrowIfNull(value);
        _format.Append(value.Replace("{", "{{", StringComparison.Ordinal).Replace("}", "}}", StringComparison.Ordinal));
    }

    public void AppendFormatted(string? value) => AppendFormatted(value, format: null);

    public void AppendFormatted(string? value, string? format = null)
    {
        if (value is not null)
        {
            AppendLiteral(format == "uri" ? Uri.EscapeDataString(value) : value);
        }
    }

    public void AppendFormatted<T>(T valueProvider)
        where T : IValueProvider, IManifestExpressionProvider => AppendFormatted(valueProvider, format: null);

    public void AppendFormatted<T>(T valueProvider, string? format)
        where T : IValueProvider, IManifestExpressionProvider
    {
        ArgumentNullException.ThrowIfNull(valueProvider);
        _format.Append(CultureInfo.InvariantCulture, $"{{{_valueProviders.Count}}}");
        _valueProviders.Add(valueProvider);
        _manifestProviders.Add(valueProvider);
        _stringFormats.Add(format);
    }

    public ReferenceExpression Build() => new(_format.ToString(), [.. _valueProviders], _manifestProviders, [.. _stringFormats]);
}
