using System.Globalization;

namespace KvStore.Tests.Tidy;

/// <summary>One place where a rule is broken.</summary>
/// <param name="Line">From 1; 0 for the file as a whole.</param>
internal readonly record struct Finding(string Path, int Line, string Message)
{
    public override string ToString() =>
        Line == 0 ? $"{Path}: {Message}" : string.Create(CultureInfo.InvariantCulture, $"{Path}:{Line}: {Message}");
}
