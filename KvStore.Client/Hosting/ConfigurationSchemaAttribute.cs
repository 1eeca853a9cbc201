namespace Aspire;

/// <summary>
/// Says for whom ConfigurationSchema.json describes a section of appsettings.json. Aspire's tools find it by this name in any
/// assembly, which is how its own client libraries say it.
/// </summary>
[AttributeUsage(AttributeTargets.Assembly, AllowMultiple = true)]
internal sealed class ConfigurationSchemaAttribute(string path, Type type) : Attribute
{
    public string Path { get; } = path;

    public Type Type { get; } = type;
}
