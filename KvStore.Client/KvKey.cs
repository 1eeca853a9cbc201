using System.Globalization;
using System.Text;
using KvStore.Client.Calls;

namespace KvStore.Client;

/// <summary>
/// A key: any 1 to 4096 bytes. Text becomes its UTF-8 bytes. Two keys are equal if their bytes are.
/// </summary>
/// <param name="bytes">The key's bytes; not copied, so they must not change while the key is in use.</param>
public readonly struct KvKey(ReadOnlyMemory<byte> bytes) : IEquatable<KvKey>
{
    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>The key's bytes.</summary>
    public ReadOnlyMemory<byte> Bytes { get; } = bytes;

    /// <summary>
    /// The key's slot, 0 to 16383: keys of one slot have the same replicas. CRC16 of the key, or of its <c>{hash tag}</c> if it has
    /// one, modulo 16384, as in Redis Cluster.
    /// </summary>
    public int Slot => KeySlot.Of(Bytes.Span);

    /// <summary>The UTF-8 bytes of <paramref name="text"/>.</summary>
    public static implicit operator KvKey(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return new KvKey(Encoding.UTF8.GetBytes(text));
    }

    /// <summary>These bytes, not copied.</summary>
    public static implicit operator KvKey(byte[] bytes) => new(bytes);

    /// <summary>These bytes, not copied.</summary>
    public static implicit operator KvKey(ReadOnlyMemory<byte> bytes) => new(bytes);

    /// <summary>Whether both have the same bytes.</summary>
    public static bool operator ==(KvKey left, KvKey right) => left.Equals(right);

    /// <summary>Whether they differ in a byte.</summary>
    public static bool operator !=(KvKey left, KvKey right) => !left.Equals(right);

    /// <inheritdoc/>
    public bool Equals(KvKey other) => Bytes.Span.SequenceEqual(other.Bytes.Span);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is KvKey other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        HashCode hash = default;
        hash.AddBytes(Bytes.Span);
        return hash.ToHashCode();
    }

    /// <summary>For people: the text where the bytes are UTF-8, with control characters escaped; else the bytes as <c>0x…</c>.</summary>
    public override string ToString()
    {
        string text;
        try
        {
            text = Strict.GetString(Bytes.Span);
        }
        catch (DecoderFallbackException)
        {
            return "0x" + Convert.ToHexStringLower(Bytes.Span);
        }

        StringBuilder shown = new(text.Length);
        foreach (Rune rune in text.EnumerateRunes())
        {
            if (Rune.IsControl(rune))
            {
                shown.Append(CultureInfo.InvariantCulture, $"\\u{rune.Value:x4}");
            }
            else
            {
                shown.Append(rune);
            }
        }

        return shown.ToString();
    }
}
