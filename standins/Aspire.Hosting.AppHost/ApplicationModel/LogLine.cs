namespace Aspire.Hosting.ApplicationModel;

/// <summary>A line that a resource wrote. Content begins with the time it was received.</summary>
public readonly record struct LogLine(int LineNumber, string Content, bool IsErrorMessage);
