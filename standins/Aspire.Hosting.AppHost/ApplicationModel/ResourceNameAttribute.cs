namespace Aspire.Hosting.ApplicationModel;

/// <summary>Marks a parameter that names a resource.</summary>
[AttributeUsage(AttributeTargets.Parameter, AllowMultiple = false)]
public sealed class ResourceNameAttribute : Attribute, IModelNameParameter;
