namespace Aspire.Dashboard.Resources;

/// <summary>A line of a console as it is shown: when, whose, what.</summary>
/// <param name="Number">Within its resource's console, from 1.</param>
/// <param name="Time">As it was sent, ISO 8601 UTC; empty if the line had none.</param>
public sealed record ConsoleText(string ResourceId, long Number, string Time, string Text, bool IsError)
{
    private const int TimeLength = 24;

    /// <summary>The AppHost puts the time before the text.</summary>
    public static ConsoleText Of(string resourceId, long number, string line, bool isError) =>
        line.Length > TimeLength && line[TimeLength] == ' ' && line[TimeLength - 1] == 'Z'
            ? new ConsoleText(resourceId, number, line[..TimeLength], line[(TimeLength + 1)..], isError)
            : new ConsoleText(resourceId, number, "", line, isError);
}
