using System.Buffers.Text;
using KvStore.Node.Coordination;

namespace KvStore.Node.FrontEnds;

/// <summary>Where a listing goes on: the last key it has given. Opaque to clients.</summary>
internal static class ListingCursor
{
    /// <returns>Empty if nothing is left.</returns>
    public static ReadOnlyMemory<byte> After(KeyListing page) =>
        page.Complete || page.Entries.Count == 0 ? default : page.Entries[^1].Key.Memory;

    /// <param name="cursor">As an earlier page gave it; empty from the beginning.</param>
    public static RequestFailure? Check(ReadOnlySpan<byte> cursor, ReadOnlySpan<byte> prefix) =>
        cursor.IsEmpty || (cursor.Length <= Ring.Key.LengthMax && cursor.StartsWith(prefix))
            ? null
            : RequestFailure.Malformed("The cursor is not from a listing of this prefix.");

    public static string ToText(ReadOnlySpan<byte> cursor) => Base64Url.EncodeToString(cursor);

    public static bool TryParse(ReadOnlySpan<byte> text, out byte[] cursor)
    {
        bool isValid = Base64Url.IsValid(text);
        cursor = isValid ? Base64Url.DecodeFromUtf8(text) : [];
        return isValid;
    }
}
