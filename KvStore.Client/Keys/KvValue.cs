using System.Text;

namespace KvStore.Client;

/// <summary>A value as it was read.</summary>
/// <param name="Bytes">The value's bytes; an empty value is a value.</param>
/// <param name="Version">Changes with every write that changed the key; compare it, or put it into a <see cref="KvCondition"/>.</param>
/// <param name="ExpiresAt">When it will be gone, to the millisecond; null if it does not expire.</param>
public sealed record KvValue(ReadOnlyMemory<byte> Bytes, string Version, DateTimeOffset? ExpiresAt)
{
    /// <summary>The bytes as UTF-8 text, with what is not UTF-8 replaced.</summary>
    public string Text => Encoding.UTF8.GetString(Bytes.Span);

    /// <summary>Whether bytes, version and expiry are equal.</summary>
    public bool Equals(KvValue? other) =>
        other is not null
        && Version == other.Version
        && ExpiresAt == other.ExpiresAt
        && Bytes.Span.SequenceEqual(other.Bytes.Span);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Version, ExpiresAt, Bytes.Length);
}
