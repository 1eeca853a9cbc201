using KvStore.Node.Registers;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;

namespace KvStore.Node.FrontEnds.Http;

/// <summary>If-Match and If-None-Match of a write, and ETag of an answer (RFC 9110 §13), for the conditions that there are.</summary>
internal static class ConditionHeaders
{
    /// <param name="change">The write; it gets the condition.</param>
    public static RequestFailure? Read(IHeaderDictionary headers, ref Change change)
    {
        StringValues match = headers.IfMatch;
        StringValues noneMatch = headers.IfNoneMatch;
        if (match.Count == 0 && noneMatch.Count == 0)
        {
            return null;
        }

        if (match.Count > 0 && noneMatch.Count > 0)
        {
            return RequestFailure.Malformed("If-Match and If-None-Match are both given: a write takes one condition.");
        }

        return match.Count > 0 ? ReadMatch(match.ToString(), ref change) : ReadNoneMatch(noneMatch.ToString(), ref change);
    }

    /// <summary>An entity tag: the version in double quotes.</summary>
    public static string TagOf(StateVersion version) => $"\"{version}\"";

    private static RequestFailure? ReadMatch(string text, ref Change change)
    {
        if (text == "*")
        {
            change = change with { Condition = ConditionKind.Present };
            return null;
        }

        if (text is ['"', .., '"'] && text.Length > 2 && StateVersion.TryParse(text.AsSpan(1, text.Length - 2), out StateVersion version))
        {
            change = change with { Condition = ConditionKind.Version, Expected = version };
            return null;
        }

        return RequestFailure.Malformed($"If-Match is {text}: it must be one version in double quotes, as an ETag gave it, or *.");
    }

    private static RequestFailure? ReadNoneMatch(string text, ref Change change)
    {
        if (text != "*")
        {
            return RequestFailure.Malformed($"If-None-Match is {text}: it must be * (the key has no value).");
        }

        change = change with { Condition = ConditionKind.Absent };
        return null;
    }
}
