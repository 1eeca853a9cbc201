using System.Collections;
using System.Diagnostics.CodeAnalysis;

namespace Aspire.Hosting;

/// <summary>The values that a command is given, by name.</summary>
[Experimental("ASPIREINTERACTION001")]
public sealed class InteractionInputCollection(IReadOnlyList<InteractionInput> inputs) : IReadOnlyList<InteractionInput>
{
    public int Count => inputs.Count;

    public IEnumerable<string> Names => inputs.Select(input => input.Name);

    public InteractionInput this[int index] => inputs[index];

    public InteractionInput this[string name] =>
        TryGetByName(name, out var input) ? input : throw new KeyNotFoundException($"There is no input named '{name}'.");

    public bool ContainsName(string name) => TryGetByName(name, out _);

    public bool TryGetByName(string name, [NotNullWhen(true)] out InteractionInput? input)
    {
        input = inputs.FirstOrDefault(candidate => string.Equals(candidate.Name, name, StringComparison.OrdinalIgnoreCase));
        return input is not null;
    }

    public IEnumerator<InteractionInput> GetEnumerator() => inputs.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
