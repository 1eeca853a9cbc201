namespace Aspire.Hosting.ApplicationModel;

/// <summary>What a command hands back for people or programs to read.</summary>
public sealed class CommandResultData
{
    public required string Value { get; init; }

    public CommandResultFormat Format { get; init; }

    public bool DisplayImmediately { get; init; }
}
