using System.Collections.Immutable;
using KvStore.Client;

namespace KvStore.Web.Keys;

/// <summary>
/// Keys as a tree: those that begin alike up to a colon or a slash are one line, and open into a level of their own. A page of
/// keys makes one level; a group that fills the page to its end is passed over by the next page, however many keys it has. Pure.
/// </summary>
public static class KeyTree
{
    private const byte Highest = 0xFF;

    /// <param name="prefix">What all keys of the level begin with.</param>
    /// <param name="page">Keys that begin with it, in order.</param>
    /// <returns>The lines, and where the next page of this level goes on: empty if nothing is left.</returns>
    public static (ImmutableArray<KeyTreeNode> Nodes, ReadOnlyMemory<byte> Cursor) Level(KvKey prefix, KeyPage page)
    {
        List<KeyTreeNode> nodes = [];
        foreach (KvEntry entry in page.Entries)
        {
            ReadOnlyMemory<byte> key = entry.Key.Bytes;
            int delimiter = key.Span[prefix.Bytes.Length..].IndexOfAny((byte)':', (byte)'/');
            if (delimiter < 0)
            {
                nodes.Add(new KeyTreeNode(entry.Key, NameOf(key, prefix), entry, Count: 1, HasMore: false));
                continue;
            }

            KvKey path = key[..(prefix.Bytes.Length + delimiter + 1)];
            if (nodes is [.., { Entry: null } last] && last.Path == path)
            {
                nodes[^1] = last with { Count = last.Count + 1 };
            }
            else
            {
                nodes.Add(new KeyTreeNode(path, NameOf(path.Bytes, prefix), Entry: null, Count: 1, HasMore: false));
            }
        }

        if (page.Cursor.IsEmpty || nodes is not [.., { Entry: null } group])
        {
            return ([.. nodes], page.Cursor);
        }

        nodes[^1] = group with { HasMore = true };
        return ([.. nodes], Behind(group.Path));
    }

    /// <summary>The levels above a prefix, from the top: each begins with the one before and ends with a delimiter or is the prefix itself.</summary>
    public static ImmutableArray<(string Name, KvKey Path)> Above(KvKey prefix)
    {
        ImmutableArray<(string Name, KvKey Path)>.Builder levels = ImmutableArray.CreateBuilder<(string Name, KvKey Path)>();
        int start = 0;
        for (int i = 0; i < prefix.Bytes.Length; i++)
        {
            if (prefix.Bytes.Span[i] is (byte)':' or (byte)'/' || i == prefix.Bytes.Length - 1)
            {
                levels.Add((KeyText.Of(prefix.Bytes[start..(i + 1)]), prefix.Bytes[..(i + 1)]));
                start = i + 1;
            }
        }

        return levels.ToImmutable();
    }

    // No key that begins with the path comes after it, and every other that comes after the path does.
    private static byte[] Behind(KvKey path)
    {
        byte[] cursor = new byte[KeyLimits.KeyBytesMax];
        path.Bytes.CopyTo(cursor);
        cursor.AsSpan(path.Bytes.Length).Fill(Highest);
        return cursor;
    }

    private static string NameOf(ReadOnlyMemory<byte> path, KvKey prefix) =>
        path.Length == prefix.Bytes.Length ? "the key itself" : KeyText.Shown(path[prefix.Bytes.Length..]);
}
