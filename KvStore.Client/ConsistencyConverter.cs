using System.ComponentModel;
using System.Globalization;

namespace KvStore.Client;

/// <summary>Lets configuration name a <see cref="Consistency"/> as <see cref="Consistency.Parse"/> reads it.</summary>
internal sealed class ConsistencyConverter : TypeConverter
{
    public override bool CanConvertFrom(ITypeDescriptorContext? context, Type sourceType) =>
        sourceType == typeof(string) || base.CanConvertFrom(context, sourceType);

    public override object? ConvertFrom(ITypeDescriptorContext? context, CultureInfo? culture, object value) =>
        value is string text ? Consistency.Parse(text) : base.ConvertFrom(context, culture, value);
}
