using KvStore.Node.Registers;

namespace KvStore.Node.FrontEnds.Resp;

/// <summary>What a key holds, as Redis sees it: nothing, a string or a hash.</summary>
internal readonly record struct StoredValue(RegisterState? State)
{
    public bool Exists => State is { HasValue: true };

    public bool IsHash => Exists && HashValue.IsHash(State!.Value.Span);

    public bool IsString => Exists && !IsHash;

    /// <summary>The value's bytes; empty where there is none.</summary>
    public ReadOnlyMemory<byte> Bytes => Exists ? State!.Value : default;

    /// <summary>Unix milliseconds, or <see cref="RegisterState.Never"/>.</summary>
    public long ExpiresAt => Exists ? State!.ExpiresAt : RegisterState.Never;

    public string TypeName => !Exists ? "none" : IsHash ? "hash" : "string";
}
