namespace Aspire.Hosting.ApplicationModel;

/// <summary>How a command that sends a request is offered, sent and judged.</summary>
public class HttpCommandOptions : CommandOptions
{
    /// <summary>Comes before the endpoint that the command was described with.</summary>
    public Func<EndpointReference>? EndpointSelector { get; set; }

    /// <summary>POST if null.</summary>
    public HttpMethod? Method { get; set; }

    public string? HttpClientName { get; set; }

    public Func<HttpCommandRequestContext, Task>? PrepareRequest { get; set; }

    /// <summary>If null, a status that says success is one.</summary>
    public Func<HttpCommandResultContext, Task<ExecuteCommandResult>>? GetCommandResult { get; set; }

    public HttpCommandResultMode ResultMode { get; set; }
}
