using KvStore.Client;
using KvStore.Client.Hosting;

namespace Microsoft.Extensions.Hosting;

/// <summary>A client of a KvStore cluster as a service of an application.</summary>
public static class KvStoreClientExtensions
{
    /// <summary>
    /// Adds a <see cref="KvClient"/> and its <see cref="ClusterClient"/> as singletons, with a health check, spans and metrics.
    /// </summary>
    /// <param name="builder">Of the application.</param>
    /// <param name="connectionName">Its connection string is <c>ConnectionStrings:{connectionName}</c>, which WithReference of an AppHost sets.</param>
    /// <param name="configureSettings">Changes what was read from configuration.</param>
    /// <param name="configureOptions">Changes the client's options that follow from the settings.</param>
    /// <remarks>
    /// A missing or malformed connection string is told when the client is first asked for: <see cref="InvalidOperationException"/>.
    /// </remarks>
    /// <exception cref="InvalidOperationException">A setting is not of its type; the message names the key.</exception>
    public static void AddKvStoreClient(
        this IHostApplicationBuilder builder,
        string connectionName,
        Action<KvStoreClientSettings>? configureSettings = null,
        Action<KvClientOptions>? configureOptions = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentException.ThrowIfNullOrWhiteSpace(connectionName);
        ClientRegistration.Add(builder, connectionName, serviceKey: null, configureSettings, configureOptions);
    }

    /// <summary>As <see cref="AddKvStoreClient"/>, for programs with several clusters: the services' key is the name.</summary>
    /// <param name="builder">Of the application.</param>
    /// <param name="name">Key of the services and name of the connection string.</param>
    /// <param name="configureSettings">Changes what was read from configuration.</param>
    /// <param name="configureOptions">Changes the client's options that follow from the settings.</param>
    /// <exception cref="InvalidOperationException">A setting is not of its type; the message names the key.</exception>
    public static void AddKeyedKvStoreClient(
        this IHostApplicationBuilder builder,
        string name,
        Action<KvStoreClientSettings>? configureSettings = null,
        Action<KvClientOptions>? configureOptions = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        ClientRegistration.Add(builder, name, serviceKey: name, configureSettings, configureOptions);
    }
}
