using System.Text;

namespace KvStore.Node.FrontEnds;

/// <summary>Bytes of a key, or of a part of one, for people and for JSON.</summary>
internal static class KeyText
{
    /// <summary>As UTF-8; what is not becomes the replacement character.</summary>
    public static string Of(ReadOnlySpan<byte> bytes) => Encoding.UTF8.GetString(bytes);

    /// <summary>The bytes in base64 if they are not UTF-8, so that nothing is lost; else null.</summary>
    public static string? ExactOf(ReadOnlySpan<byte> bytes) =>
        System.Text.Unicode.Utf8.IsValid(bytes) ? null : Convert.ToBase64String(bytes);
}
