namespace KvStore.Web.Keys;

/// <summary>How much of keys and values the pages take.</summary>
public static class KeyLimits
{
    /// <summary>Longer keys are refused by every member.</summary>
    public const int KeyBytesMax = 4_096;

    /// <summary>Bytes of a value that may be edited here; longer ones are for clients.</summary>
    public const int EditBytesMax = 64 * 1024;

    /// <summary>Bytes of one message of a circuit: a value that is edited, with every character escaped.</summary>
    public const int MessageBytesMax = 8 * EditBytesMax;

    /// <returns>What is wrong with a key, for people; null if nothing is.</returns>
    public static string? Problem(int keyBytes) => keyBytes switch
    {
        0 => "A key has at least one byte: type one first.",
        > KeyBytesMax => $"A key has at most {Display.Figures.Count(KeyBytesMax)} bytes; this one has {Display.Figures.Count(keyBytes)}.",
        _ => null,
    };
}
