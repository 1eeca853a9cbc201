namespace Aspire.Dashboard.Display;

/// <summary>A stretch of a console line in one look. <see cref="Class"/> names it in the style sheet; empty for the usual one.</summary>
public readonly record struct AnsiPart(string Text, string Class);
