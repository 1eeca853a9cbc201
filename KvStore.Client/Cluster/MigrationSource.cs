namespace KvStore.Client;

/// <summary>What a member took over from one old owner.</summary>
/// <param name="Name">Of the old owner.</param>
/// <param name="Keys">Records.</param>
/// <param name="Bytes">Of their keys and values.</param>
public sealed record MigrationSource(string Name, long Keys, long Bytes);
