namespace Aspire.Hosting.ApplicationModel;

/// <summary>What a resource may be called: the name becomes part of environment variables, hosts and deployments.</summary>
internal static class ResourceNames
{
    private const int LengthMax = 64;

    public static void Check(string name)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        if (name.Length > LengthMax)
        {
            throw new ArgumentException($"The resource name '{name}' is longer than {LengthMax} characters.", nameof(name));
        }
        if (!char.IsAsciiLetter(name[0]) || !name.All(c => char.IsAsciiLetterOrDigit(c) || c == '-'))
        {
            throw new ArgumentException(
                $"The resource name '{name}' must begin with a letter and consist of ASCII letters, digits and hyphens.",
                nameof(name)
            );
        }
        if (name.EndsWith('-') || name.Contains("--", StringComparison.Ordinal))
        {
            throw new ArgumentException($"The resource name '{name}' must not end in a hyphen or hold two in a row.", nameof(name));
        }
    }
}
