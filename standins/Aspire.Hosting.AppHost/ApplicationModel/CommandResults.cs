namespace Aspire.Hosting.ApplicationModel;

public static class CommandResults
{
    public static ExecuteCommandResult Success() => new() { Success = true };

    public static ExecuteCommandResult Success(string message) => new() { Success = true, Message = message };

    public static ExecuteCommandResult Success(string message, CommandResultData value) =>
        new()
        {
            Success = true,
            Message = message,
            Data = value,
        };

    public static ExecuteCommandResult Success(
        string message,
        string result,
        CommandResultFormat resultFormat = CommandResultFormat.Text
    ) => Success(message, new CommandResultData { Value = result, Format = resultFormat });

    public static ExecuteCommandResult Success(string message, string result, CommandResultFormat resultFormat, bool displayImmediately) =>
        Success(
            message,
            new CommandResultData
            {
                Value = result,
                Format = resultFormat,
                DisplayImmediately = displayImmediately,
            }
        );

    public static ExecuteCommandResult Failure(string? errorMessage = null) => new() { Success = false, Message = errorMessage };

    public static ExecuteCommandResult Failure(Exception exception) => Failure(exception.Message);

    public static ExecuteCommandResult Failure(string errorMessage, CommandResultData value) =>
        new()
        {
            Success = false,
            Message = errorMessage,
            Data = value,
        };

    public static ExecuteCommandResult Failure(
        string errorMessage,
        string result,
        CommandResultFormat resultFormat = CommandResultFormat.Text
    ) => Failure(errorMessage, new CommandResultData { Value = result, Format = resultFormat });

    public static ExecuteCommandResult Canceled() => new() { Success = false, Canceled = true };
}
