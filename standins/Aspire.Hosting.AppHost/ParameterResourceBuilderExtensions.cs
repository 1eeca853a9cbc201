using Aspire.Hosting.ApplicationModel;
using Microsoft.Extensions.Configuration;

namespace Aspire.Hosting;

public static class ParameterResourceBuilderExtensions
{
    /// <summary>A parameter read from the configuration key <c>Parameters:{name}</c>.</summary>
    public static IResourceBuilder<ParameterResource> AddParameter(
        this IDistributedApplicationBuilder builder,
        [ResourceName] string name,
        bool secret = false
    ) => builder.AddParameterFromConfiguration(name, $"Parameters:{name}", secret);

    /// <summary>A parameter with a value, which configuration does not replace.</summary>
    public static IResourceBuilder<ParameterResource> AddParameter(
        this IDistributedApplicationBuilder builder,
        [ResourceName] string name,
        string value,
        bool publishValueAsDefault = false,
        bool secret = false
    ) => builder.AddParameter(name, () => value, publishValueAsDefault, secret);

    /// <inheritdoc cref="AddParameter(IDistributedApplicationBuilder, string, string, bool, bool)" />
    public static IResourceBuilder<ParameterResource> AddParameter(
        this IDistributedApplicationBuilder builder,
        string name,
        Func<string> valueGetter,
        bool publishValueAsDefault = false,
        bool secret = false
    )
    {
        if (publishValueAsDefault && secret)
        {
            throw new ArgumentException($"The value of the secret parameter '{name}' must not be published.", nameof(secret));
        }
        var parameter = new ParameterResource(name, _ => valueGetter(), secret);
        if (publishValueAsDefault)
        {
            parameter.Default = new ConstantParameterDefault(valueGetter);
        }
        return Add(builder, parameter);
    }

    /// <summary>A parameter read from a configuration key.</summary>
    public static IResourceBuilder<ParameterResource> AddParameterFromConfiguration(
        this IDistributedApplicationBuilder builder,
        [ResourceName] string name,
        string configurationKey,
        bool secret = false
    )
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(configurationKey);
        string Read(ParameterDefault? fallback) =>
            builder.Configuration[configurationKey]
            ?? fallback?.GetDefaultValue()
            ?? throw new MissingParameterValueException(
                $"The parameter '{name}' has no value: set the configuration key '{configurationKey}'."
            );
        return Add(builder, new ParameterResource(name, Read, secret));
    }

    /// <summary>A connection string read from the configuration key <c>ConnectionStrings:{name}</c>.</summary>
    public static IResourceBuilder<IResourceWithConnectionString> AddConnectionString(
        this IDistributedApplicationBuilder builder,
        [ResourceName] string name,
        string? environmentVariableName = null
    )
    {
        string Read(ParameterDefault? _) =>
            builder.Configuration.GetConnectionString(name)
            ?? throw new MissingParameterValueException(
                $"The connection string '{name}' has no value: set the configuration key 'ConnectionStrings:{name}'."
            );

        return Add(builder, new ConnectionStringParameterResource(name, Read, environmentVariableName));
    }

    private static IResourceBuilder<T> Add<T>(IDistributedApplicationBuilder builder, T parameter)
        where T : ParameterResource =>
        builder
            .AddResource(parameter)
            .WithInitialState(
                new CustomResourceSnapshot
                {
                    ResourceType = "Parameter",
                    Properties = [new("parameter.secret", parameter.Secret)],
                    State = KnownResourceStates.Active,
                }
            )
            .WithManifestPublishingCallback(context => Publishing.ManifestEntries.WriteParameter(context, parameter));
}
