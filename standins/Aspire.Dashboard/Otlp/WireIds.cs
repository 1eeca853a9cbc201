using Google.Protobuf;

namespace Aspire.Dashboard.Otlp;

/// <summary>Ids of traces and spans: 16 and 8 bytes, not all zero.</summary>
internal static class WireIds
{
    private const int TraceBytes = 16;
    private const int SpanBytes = 8;

    public static bool TryTrace(ByteString bytes, out string id) => TryRead(bytes, TraceBytes, out id);

    public static bool TrySpan(ByteString bytes, out string id) => TryRead(bytes, SpanBytes, out id);

    private static bool TryRead(ByteString bytes, int length, out string id)
    {
        var isId = bytes.Length == length && bytes.Span.ContainsAnyExcept((byte)0);
        id = isId ? Convert.ToHexStringLower(bytes.Span) : "";
        return isId;
    }
}
