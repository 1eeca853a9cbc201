using System.Text.Json;

namespace KvStore.Tests.AppHost;

/// <summary>
/// Holds a manifest against the schema that Aspire publishes for manifests. Understands the words of JSON Schema which that one uses,
/// and refuses others: a word passed over would be a rule not held.
/// </summary>
internal sealed class ManifestSchema(JsonElement schema)
{
    private static readonly HashSet<string> Words =
    [
        "$id", "$ref", "$schema", "additionalProperties", "const", "definitions", "description", "enum", "items", "not", "oneOf", "properties",
        "required", "type",
    ];

    private const string Forbidden = "is what it must not be";

    /// <summary>What in the document is not as the schema says, each with its place; empty if nothing.</summary>
    public IReadOnlyList<string> Problems(JsonElement document) => [.. Problems(document, schema, "")];

    private IEnumerable<string> Problems(JsonElement value, JsonElement rule, string at)
    {
        if (rule.ValueKind is JsonValueKind.True or JsonValueKind.False)
        {
            return rule.GetBoolean() ? [] : [$"{at}: nothing is allowed here"];
        }

        if (rule.EnumerateObject().FirstOrDefault(word => !Words.Contains(word.Name)) is { Value.ValueKind: not JsonValueKind.Undefined } unknown)
        {
            throw new NotSupportedException($"The schema says '{unknown.Name}', which is not understood here.");
        }

        return
        [
            .. Reference(value, rule, at),
            .. Value(value, rule, at),
            .. Alternatives(value, rule, at),
            .. value.ValueKind == JsonValueKind.Object ? Members(value, rule, at) : [],
            .. value.ValueKind == JsonValueKind.Array && rule.TryGetProperty("items", out JsonElement items)
                ? value.EnumerateArray().SelectMany((item, index) => Problems(item, items, $"{at}/{index}"))
                : [],
        ];
    }

    private IEnumerable<string> Reference(JsonElement value, JsonElement rule, string at) => rule.TryGetProperty("$ref", out JsonElement reference)
        ? Problems(
            value,
            reference.GetString()!.TrimStart('#', '/').Split('/').Aggregate(schema, static (inner, name) => inner.GetProperty(name)),
            at)
        : [];

    private static IEnumerable<string> Value(JsonElement value, JsonElement rule, string at)
    {
        if (rule.TryGetProperty("type", out JsonElement type) && !IsOfType(value, type))
        {
            yield return $"{at}: {value.ValueKind} instead of {type}";
        }

        if (rule.TryGetProperty("const", out JsonElement only) && !JsonElement.DeepEquals(value, only))
        {
            yield return $"{at}: {value} instead of {only}";
        }

        if (rule.TryGetProperty("enum", out JsonElement allowed) && !allowed.EnumerateArray().Any(one => JsonElement.DeepEquals(value, one)))
        {
            yield return $"{at}: {value} is none of {allowed}";
        }
    }

    private IEnumerable<string> Alternatives(JsonElement value, JsonElement rule, string at)
    {
        if (rule.TryGetProperty("not", out JsonElement forbidden) && !Problems(value, forbidden, at).Any())
        {
            yield return $"{at}: {Forbidden}";
        }

        if (rule.TryGetProperty("oneOf", out JsonElement alternatives))
        {
            List<List<string>> found = [.. alternatives.EnumerateArray().Select(alternative => Problems(value, alternative, at).ToList())];
            int matching = found.Count(problems => problems.Count == 0);
            if (matching != 1)
            {
                // What is wrong with the alternative that is meant says most: one for another type is not.
                List<string> nearest = found.MinBy(problems => (problems.Exists(problem => IsOfAnother(problem, at)), problems.Count))!;
                yield return $"{at}: matches {matching} of {found.Count} alternatives; {string.Join("; ", nearest)}";
            }
        }
    }

    private static bool IsOfAnother(string problem, string at) =>
        problem.StartsWith($"{at}/type:", StringComparison.Ordinal) || problem == $"{at}: {Forbidden}";

    private IEnumerable<string> Members(JsonElement value, JsonElement rule, string at)
    {
        if (rule.TryGetProperty("required", out JsonElement required))
        {
            foreach (JsonElement name in required.EnumerateArray().Where(name => !value.TryGetProperty(name.GetString()!, out _)))
            {
                yield return $"{at}: lacks {name}";
            }
        }

        rule.TryGetProperty("properties", out JsonElement properties);
        foreach (JsonProperty member in value.EnumerateObject())
        {
            string inner = $"{at}/{member.Name}";
            bool isKnown = properties.ValueKind == JsonValueKind.Object && properties.TryGetProperty(member.Name, out _);
            if (isKnown || rule.TryGetProperty("additionalProperties", out _))
            {
                JsonElement memberRule = isKnown ? properties.GetProperty(member.Name) : rule.GetProperty("additionalProperties");
                foreach (string problem in Problems(member.Value, memberRule, inner))
                {
                    yield return problem;
                }
            }
        }
    }

    private static bool IsOfType(JsonElement value, JsonElement type) => type.ValueKind == JsonValueKind.Array
        ? type.EnumerateArray().Any(one => IsOfType(value, one))
        : type.GetString() switch
        {
            "object" => value.ValueKind == JsonValueKind.Object,
            "array" => value.ValueKind == JsonValueKind.Array,
            "string" => value.ValueKind == JsonValueKind.String,
            "boolean" => value.ValueKind is JsonValueKind.True or JsonValueKind.False,
            "null" => value.ValueKind == JsonValueKind.Null,
            "number" => value.ValueKind == JsonValueKind.Number,
            "integer" => value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out _),
            string other => throw new NotSupportedException($"The schema says the type '{other}', which is not understood here."),
            null => throw new NotSupportedException("The schema has a type without a name."),
        };
}
