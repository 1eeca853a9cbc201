using System.Globalization;
using System.Text;
using KvStore.Node.Configuration;

namespace KvStore.Node.FrontEnds.Http;

/// <summary>The parameters of a request's query, as bytes. Each may be given once.</summary>
internal sealed class QueryParameters
{
    public static readonly QueryParameters None = new([]);

    private const int ParametersMax = 16;

    private readonly List<(string Name, byte[] Value)> _parameters;

    private QueryParameters(List<(string Name, byte[] Value)> parameters) => _parameters = parameters;

    /// <param name="query">Without its question mark; <c>+</c> is a space, as forms write it.</param>
    public static bool TryParse(string query, out QueryParameters parameters, out RequestFailure? failure)
    {
        List<(string Name, byte[] Value)> found = [];
        parameters = new QueryParameters(found);
        failure = null;
        foreach (Range range in query.AsSpan().Split('&'))
        {
            ReadOnlySpan<char> pair = query.AsSpan(range);
            if (pair.IsEmpty)
            {
                continue;
            }

            int equals = pair.IndexOf('=');
            ReadOnlySpan<char> name = equals < 0 ? pair : pair[..equals];
            if (!PercentCoding.TryDecode(equals < 0 ? [] : pair[(equals + 1)..], plusIsSpace: true, out byte[] value))
            {
                failure = RequestFailure.Malformed($"The parameter {name} is not percent-encoded: '%' needs two hexadecimal digits after it.");
                return false;
            }

            if (parameters.TryFind(name.ToString(), out _))
            {
                failure = RequestFailure.Malformed($"The parameter {name} is given twice.");
                return false;
            }

            if (found.Count == ParametersMax)
            {
                failure = RequestFailure.Malformed($"There are more than {ParametersMax} parameters.");
                return false;
            }

            found.Add((name.ToString(), value));
        }

        return true;
    }

    public bool TryFind(string name, out byte[] value)
    {
        foreach ((string known, byte[] bytes) in _parameters)
        {
            if (known == name)
            {
                value = bytes;
                return true;
            }
        }

        value = [];
        return false;
    }

    /// <summary>A parameter nobody reads is a mistake: ?tll=5 must not store a value for ever.</summary>
    /// <param name="allowed">Those that mean something here; at least one.</param>
    public RequestFailure? CheckNames(params ReadOnlySpan<string> allowed)
    {
        foreach ((string name, _) in _parameters)
        {
            if (!allowed.Contains(name))
            {
                return RequestFailure.Malformed($"There is no parameter {name} here. The nearest is {NearestWord.Of(name, allowed.ToArray())}.");
            }
        }

        return null;
    }

    /// <summary>true or false; <paramref name="flag"/> is left alone where the parameter is not given.</summary>
    public RequestFailure? ReadFlag(string name, ref bool flag)
    {
        if (!TryFind(name, out byte[] bytes))
        {
            return null;
        }

        string text = Encoding.UTF8.GetString(bytes);
        flag = text == "true";
        return text is "true" or "false" ? null : RequestFailure.Malformed($"The parameter {name} is \"{text}\": it must be true or false.");
    }

    /// <summary>A whole number; <paramref name="number"/> is left alone where the parameter is not given.</summary>
    public RequestFailure? ReadWhole(string name, long min, long max, ref long number)
    {
        if (!TryFind(name, out byte[] bytes))
        {
            return null;
        }

        string text = Encoding.UTF8.GetString(bytes);
        if (long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long parsed) && parsed >= min && parsed <= max)
        {
            number = parsed;
            return null;
        }

        return RequestFailure.Malformed(string.Create(
            CultureInfo.InvariantCulture, $"The parameter {name} is \"{text}\": it must be a whole number from {min} to {max}."));
    }
}
