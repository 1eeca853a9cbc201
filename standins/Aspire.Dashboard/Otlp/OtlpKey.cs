using System.Security.Cryptography;
using System.Text;

namespace Aspire.Dashboard.Otlp;

/// <summary>The key that who sends telemetry must know, in the header x-otlp-api-key. Without one anybody on this machine may send.</summary>
internal sealed class OtlpKey(string? expected)
{
    public const string HeaderName = "x-otlp-api-key";

    public bool IsRequired => !string.IsNullOrEmpty(expected);

    /// <summary>Null if it is right; otherwise what is wrong with it.</summary>
    public string? ProblemWith(string? given)
    {
        if (!IsRequired)
        {
            return null;
        }

        if (string.IsNullOrEmpty(given))
        {
            return $"the header {HeaderName} is missing";
        }

        return CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(given), Encoding.UTF8.GetBytes(expected!))
            ? null
            : $"the header {HeaderName} has a wrong key";
    }
}
