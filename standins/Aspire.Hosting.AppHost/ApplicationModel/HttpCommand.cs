using System.Globalization;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Options;

namespace Aspire.Hosting.ApplicationModel;

/// <summary>A command that sends a request to an endpoint. Unless the options say otherwise it can be run while the resource is healthy.</summary>
internal sealed class HttpCommand(string path, Func<EndpointReference> select, HttpCommandOptions options)
{
    private const long AnswerBytesMax = 1024 * 1024;

    public static IResourceBuilder<T> Add<T>(
        IResourceBuilder<T> builder,
        string path,
        string displayName,
        Func<EndpointReference> select,
        string? commandName,
        HttpCommandOptions? options
    )
        where T : IResourceWithEndpoints
    {
        options ??= new HttpCommandOptions();
        select = options.EndpointSelector ?? select;
        var endpoint = select();
        var method = (options.Method ?? HttpMethod.Post).Method.ToLowerInvariant();
        builder.ApplicationBuilder.Services.AddHttpClient();
        return builder.WithCommand(
            commandName ?? $"{endpoint.Resource.Name}-{endpoint.EndpointName}-http-{method}-{path}",
            displayName,
            new HttpCommand(path, select, options).ExecuteAsync,
            new CommandOptions
            {
                Description = options.Description,
                ConfirmationMessage = options.ConfirmationMessage,
                IconName = options.IconName,
                IconVariant = options.IconVariant,
                IsHighlighted = options.IsHighlighted,
                Visibility = options.Visibility,
                UpdateState =
                    options.UpdateState
                    ?? (
                        context =>
                            context.ResourceSnapshot.HealthStatus == HealthStatus.Healthy
                                ? ResourceCommandState.Enabled
                                : ResourceCommandState.Disabled
                    ),
            }
        );
    }

    private async Task<ExecuteCommandResult> ExecuteAsync(ExecuteCommandContext context)
    {
        var endpoint = select();
        if (!endpoint.IsAllocated)
        {
            return CommandResults.Failure($"The endpoint '{endpoint.EndpointName}' of '{endpoint.Resource.Name}' has no port yet.");
        }
        var factory = context.ServiceProvider.GetRequiredService<IHttpClientFactory>();
        using var client = factory.CreateClient(options.HttpClientName ?? Options.DefaultName);
        using var request = new HttpRequestMessage(options.Method ?? HttpMethod.Post, new Uri(new Uri(endpoint.Url), path));
        if (options.PrepareRequest is { } prepare)
        {
            await prepare(
                new HttpCommandRequestContext
                {
                    ServiceProvider = context.ServiceProvider,
                    ResourceName = context.ResourceName,
                    Endpoint = endpoint,
                    CancellationToken = context.CancellationToken,
                    HttpClient = client,
                    Request = request,
                }
            );
        }
        try
        {
            using var response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, context.CancellationToken);
            return await ResultAsync(context, endpoint, client, response);
        }
        catch (HttpRequestException e)
        {
            return CommandResults.Failure(e);
        }
    }

    private async Task<ExecuteCommandResult> ResultAsync(
        ExecuteCommandContext context,
        EndpointReference endpoint,
        HttpClient client,
        HttpResponseMessage response
    )
    {
        if (options.GetCommandResult is { } judge)
        {
            return await judge(
                new HttpCommandResultContext
                {
                    ServiceProvider = context.ServiceProvider,
                    ResourceName = context.ResourceName,
                    Endpoint = endpoint,
                    CancellationToken = context.CancellationToken,
                    HttpClient = client,
                    Response = response,
                }
            );
        }
        var failure = response.IsSuccessStatusCode
            ? null
            : string.Create(CultureInfo.InvariantCulture, $"{response.RequestMessage?.RequestUri} answered {(int)response.StatusCode}.");
        if (Format(response) is not { } format)
        {
            return failure is null ? CommandResults.Success() : CommandResults.Failure(failure);
        }
        await response.Content.LoadIntoBufferAsync(AnswerBytesMax, context.CancellationToken);
        var text = await response.Content.ReadAsStringAsync(context.CancellationToken);
        return failure is null ? CommandResults.Success(string.Empty, text, format) : CommandResults.Failure(failure, text, format);
    }

    /// <returns>What the answer is handed on as; null if it is not.</returns>
    private CommandResultFormat? Format(HttpResponseMessage response) =>
        (options.ResultMode, response.Content.Headers.ContentType?.MediaType) switch
        {
            (HttpCommandResultMode.Json, _) => CommandResultFormat.Json,
            (HttpCommandResultMode.Text, _) => CommandResultFormat.Text,
            (HttpCommandResultMode.Auto, { } type) when type.EndsWith("/json", StringComparison.OrdinalIgnoreCase) || type.EndsWith("+json", StringComparison.OrdinalIgnoreCase) =>
                CommandResultFormat.Json,
            (HttpCommandResultMode.Auto, "text/markdown") => CommandResultFormat.Markdown,
            (HttpCommandResultMode.Auto, { } type) when type.StartsWith("text/", StringComparison.OrdinalIgnoreCase) => CommandResultFormat.Text,
            _ => null,
        };
}
