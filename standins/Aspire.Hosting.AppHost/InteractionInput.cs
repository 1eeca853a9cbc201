using System.Diagnostics.CodeAnalysis;

namespace Aspire.Hosting;

/// <summary>A value that a command is given.</summary>
[Experimental("ASPIREINTERACTION001")]
public sealed class InteractionInput
{
    public required string Name { get; init; }

    public required InputType InputType { get; init; }

    public string? Label { get; init; }

    public string? Description { get; init; }

    public bool EnableDescriptionMarkdown { get; init; }

    public bool Required { get; init; }

    public bool Disabled { get; set; }

    public string? Placeholder { get; init; }

    public int? MaxLength { get; init; }

    public bool AllowCustomChoice { get; init; }

    public IReadOnlyList<KeyValuePair<string, string>>? Options { get; set; }

    public string? Value { get; set; }
}
