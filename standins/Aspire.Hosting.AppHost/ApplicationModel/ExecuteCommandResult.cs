namespace Aspire.Hosting.ApplicationModel;

public sealed class ExecuteCommandResult
{
    public required bool Success { get; init; }

    public bool Canceled { get; init; }

    public string? Message { get; init; }

    public CommandResultData? Data { get; init; }

    [Obsolete("Use Message instead.")]
    public string? ErrorMessage
    {
        get => Message;
        init => Message = value;
    }
}
