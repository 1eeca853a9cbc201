namespace KvStore.Client;

/// <summary>What must hold for a write to take effect. Refused at <see cref="Consistency.One"/>.</summary>
public sealed record KvCondition
{
    private KvCondition(string? version, bool? exists)
    {
        Version = version;
        Exists = exists;
    }

    /// <summary>The key has a value, any.</summary>
    public static KvCondition Present { get; } = new(version: null, exists: true);

    /// <summary>The key has no value.</summary>
    public static KvCondition Absent { get; } = new(version: null, exists: false);

    /// <summary>The version that the value must have; null where any will do.</summary>
    public string? Version { get; }

    /// <summary>Whether there must be a value; null where <see cref="Version"/> says which.</summary>
    public bool? Exists { get; }

    /// <summary>The key has a value at exactly this version, as a read or an earlier write reported it.</summary>
    public static KvCondition VersionIs(string version)
    {
        ArgumentException.ThrowIfNullOrEmpty(version);
        return new KvCondition(version, exists: null);
    }
}
